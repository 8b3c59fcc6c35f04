import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ContractViolation } from '@tocsin/domain-kit';
import { readJson, refuseConfig } from '@tocsin/service-kit';
import { editionOf, type Released } from '../../domain/model/artefact.ts';
import type { LinearModel } from '../../domain/model/linear-model.ts';
import type { RegimeModel } from '../../domain/regime/regime-model.ts';
import { readArtefact, type Artefact } from './artefacts.ts';

/** The models that this service was given, the newest first. */
export interface Models {
  readonly scoring: readonly LinearModel[];
  readonly regimes: readonly RegimeModel[];
}

/** A service that was given none: its scores are those of the rules alone, and its regimes unknown. */
const NO_MODELS: Models = { scoring: [], regimes: [] };

/**
 * Reads every model of a folder: its `.json` files, not those of folders in it. Without a folder there are none.
 * @throws {ContractViolation} naming the file and each of its fields that is not as it must be.
 */
export function readModels(folder: string | null): Models {
  if (folder === null) return NO_MODELS;
  const artefacts = readArtefacts(folder);
  return {
    scoring: artefacts.flatMap((each) => (each.kind === 'linear' ? [each.model] : [])),
    regimes: artefacts.flatMap((each) => (each.kind === 'gaussian-hmm' ? [each.model] : [])),
  };
}

/**
 * Reads the models of a folder with what is known of their training, the newest first.
 * @throws {ContractViolation} naming the file and each of its fields that is not as it must be.
 */
export function readArtefacts(folder: string): readonly Artefact[] {
  const artefacts: Artefact[] = [];
  const fileOf = new Map<string, string>();
  for (const name of jsonFilesIn(folder)) {
    const file = join(folder, name);
    const { artefact, problems } = readArtefact(readJson(file));
    refuseConfig(file, problems);
    if (artefact === null) continue;
    const rival = fileOf.get(placeOf(artefact));
    if (rival !== undefined) refuseConfig(file, [rivalry(artefact.model, rival)]);
    fileOf.set(placeOf(artefact), name);
    artefacts.push(artefact);
  }
  return artefacts.sort((a, b) => editionOf(b.model) - editionOf(a.model));
}

function jsonFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    throw new ContractViolation(`${folder}, the folder of models, cannot be read`, { cause: error });
  }
}

/** Two models of one place are rivals: nothing says which of them is in force. */
const placeOf = ({ kind, model }: Artefact): string =>
  JSON.stringify([kind, model.symbol, model.timeframe, editionOf(model)]);

const rivalry = ({ symbol, timeframe, version }: Released, rival: string) => ({
  pointer: '/version',
  message: `${version} for ${symbol ?? 'every market'} ${timeframe} has the number of the model in ${rival}`,
});
