import {
  policyProblems,
  validatePolicy,
  type ModelArtefact,
  type RegimeModelArtefact,
  type SchemaProblem,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { artefactDigest } from '../../artefacts/artefact-digest.ts';
import { takeModel } from '../../domain/model/artefact.ts';
import type { LinearModel } from '../../domain/model/linear-model.ts';
import { regimeModel, type RegimeModel } from '../../domain/regime/regime-model.ts';

/** A model of one of the kinds that there are. */
export type Artefact =
  | { readonly kind: 'linear'; readonly model: LinearModel }
  | {
      readonly kind: 'gaussian-hmm';
      readonly model: RegimeModel;
      /** The open of the newest bar that it was fitted to. */
      readonly fittedTo: Instant;
    };

/** A document as the model that it is, or everything that is wrong with it. */
export type ReadArtefact =
  | { readonly artefact: Artefact; readonly problems: readonly [] }
  | { readonly artefact: null; readonly problems: readonly SchemaProblem[] };

/** Reads a document of any kind that there is. */
export function readArtefact(document: unknown): ReadArtefact {
  const kind = kindOf(document);
  switch (kind) {
    case 'linear':
      return readScoring(document);
    case 'gaussian-hmm':
      return readRegime(document);
    default:
      return refused([{ pointer: '/kind', message: 'must be one of ["linear","gaussian-hmm"]' }]);
  }
}

const kindOf = (document: unknown): unknown =>
  typeof document === 'object' && document !== null && 'kind' in document ? document.kind : undefined;

const refused = (problems: readonly SchemaProblem[]): ReadArtefact => ({ artefact: null, problems });

function readScoring(document: unknown): ReadArtefact {
  const faults = policyProblems('model', document);
  if (faults.length > 0) return refused(faults);
  validatePolicy('model', document);
  const { model, problems } = takeModel(document);
  const all = [...problems, ...digestProblems(document)];
  return model === null || all.length > 0 ? refused(all) : { artefact: { kind: 'linear', model }, problems: [] };
}

function readRegime(document: unknown): ReadArtefact {
  const faults = policyProblems('regime-model', document);
  if (faults.length > 0) return refused(faults);
  validatePolicy('regime-model', document);
  const problems = [...regimeProblems(document), ...digestProblems(document)];
  if (problems.length > 0) return refused(problems);

  const { version, digest, symbol, timeframe, calm, turbulent } = document;
  const model = regimeModel({
    version,
    digest,
    symbol,
    timeframe,
    mu: [calm.mu, turbulent.mu],
    sigma: [calm.sigma, turbulent.sigma],
    initial: [calm.initial, turbulent.initial],
    transition: [
      [calm.toCalm, calm.toTurbulent],
      [turbulent.toCalm, turbulent.toTurbulent],
    ],
  });
  return { artefact: { kind: 'gaussian-hmm', model, fittedTo: document.training.to }, problems: [] };
}

/** What was changed after training is no longer what was measured, even where it still makes sense. */
function digestProblems(document: ModelArtefact | RegimeModelArtefact): readonly SchemaProblem[] {
  const digest = artefactDigest(document);
  return digest === document.digest
    ? []
    : [
        {
          pointer: '/digest',
          message: `is not that of the rest, which is ${digest}: something was changed after training`,
        },
      ];
}

/** Probabilities that were written down may miss one by this much. */
const PROBABILITY_NOISE = 1e-9;

function regimeProblems({ calm, turbulent }: RegimeModelArtefact): readonly SchemaProblem[] {
  const isOne = (sum: number): boolean => Math.abs(sum - 1) <= PROBABILITY_NOISE;
  const problems: SchemaProblem[] = [];
  if (calm.sigma >= turbulent.sigma)
    problems.push({ pointer: '/calm/sigma', message: 'is not below that of the turbulent state' });
  if (!isOne(calm.initial + turbulent.initial))
    problems.push({ pointer: '/calm/initial', message: 'and that of the turbulent state do not make one' });
  for (const [name, { toCalm, toTurbulent }] of Object.entries({ calm, turbulent })) {
    if (!isOne(toCalm + toTurbulent))
      problems.push({ pointer: `/${name}/toCalm`, message: 'and /toTurbulent beside it do not make one' });
  }
  return problems;
}
