#!/usr/bin/env node
/**
 * Writes everything that follows from `proto-schemas/`: TypeScript types, validators, the catalogue of subjects, the
 * AsyncAPI document and the event reference. With `--check` it writes nothing and fails when a file differs.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differing, generate, write } from './src/generate/outputs.mjs';
import { SchemaFaults } from './src/generate/schemas.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

async function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const outputs = await generate(ROOT);
  if (!values.check) {
    const changed = await write(ROOT, outputs);
    console.log(changed.length === 0 ? 'Everything is up to date.' : ['Written:', ...changed].join('\n  '));
    return;
  }
  const stale = await differing(ROOT, outputs);
  if (stale.length === 0) return;
  console.error(
    ['These files do not follow from proto-schemas; run `npm run generate`:', ...stale.map(({ path }) => path)].join(
      '\n  ',
    ),
  );
  process.exitCode = 1;
}

main().catch((error) => {
  console.error(error instanceof SchemaFaults ? error.message : error);
  process.exitCode = 1;
});
