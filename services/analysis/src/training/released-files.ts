import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelArtefact, RegimeModelArtefact } from '@tocsin/contracts';
import { ContractViolation, symbolToken } from '@tocsin/domain-kit';

/** Where an artefact and its card were written. */
export interface WrittenFiles {
  readonly artefact: string;
  readonly card: string;
}

/**
 * Writes an artefact and its card. What was released under a version stays what it is: facts name it.
 * @throws {ContractViolation} when the version is there and is another model.
 */
export function writeReleased(
  folder: string,
  released: ModelArtefact | RegimeModelArtefact,
  card: string,
): WrittenFiles {
  const { symbol, timeframe, version } = released;
  const name = `${symbol === null ? 'every-market' : symbolToken(symbol)}-${timeframe}-${version}`;
  const files = { artefact: join(folder, `${name}.json`), card: join(folder, `${name}.md`) };
  const text = `${JSON.stringify(released, null, 2)}\n`;
  if (existsSync(files.artefact) && readFileSync(files.artefact, 'utf8') !== text)
    throw new ContractViolation(`${files.artefact} is there and is another model: give this one the next --number`);

  mkdirSync(folder, { recursive: true });
  writeFileSync(files.artefact, text);
  writeFileSync(files.card, card);
  return files;
}
