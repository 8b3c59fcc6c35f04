import { readFileSync } from 'node:fs';
import { validatePolicy, type ModelArtefact } from '@tocsin/contracts';

function read(): ModelArtefact {
  const file = new URL('../../../proto-schemas/policy/model.good/one-market.json', import.meta.url);
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  validatePolicy('model', document);
  return document;
}

/** A model of the S&P 500 by day, as it stands among the examples of its schema. */
export const exampleModel: ModelArtefact = read();
