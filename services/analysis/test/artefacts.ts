import { readFileSync } from 'node:fs';
import { validatePolicy, type ModelArtefact, type RegimeModelArtefact } from '@tocsin/contracts';

/** The examples stand among those of their schemas. */
const readExample = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../proto-schemas/policy/${path}`, import.meta.url), 'utf8'));

function readModel(): ModelArtefact {
  const document = readExample('model.good/one-market.json');
  validatePolicy('model', document);
  return document;
}

function readRegimeModel(): RegimeModelArtefact {
  const document = readExample('regime-model.good/every-market.json');
  validatePolicy('regime-model', document);
  return document;
}

/** A model of the S&P 500 by day, made up. */
export const exampleModel: ModelArtefact = readModel();

/** A model of the regimes of every market by day, whose states are those of the S&P 500 from 1990 to 2006. */
export const exampleRegimeModel: RegimeModelArtefact = readRegimeModel();
