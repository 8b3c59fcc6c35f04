import { _ } from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { mapSchemas, ownTypeOf, sharedTypeOf } from './schemas.mjs';

/** Keywords that say something to people or to this generator, and nothing to a validator. */
const SILENT = ['description', 'examples', 'title', '$id', '$schema', '$defs'];

/**
 * ajv writes CommonJS calls into its ES modules. Formats are named by `code.formats`, so an import can stand before the
 * code; this call is the only other one, and it becomes an import too.
 */
const REQUIRED = 'require("ajv/dist/runtime/ucs2length").default';
const IMPORTS = [
  "import ucs2length from 'ajv/dist/runtime/ucs2length.js';",
  "import { formats } from '../formats.ts';",
];

/** Returns a module whose `VALIDATORS` holds one standalone function per envelope, message and policy. */
export function validatorsModule({ types, envelopes, messages, policies }) {
  const ajv = new Ajv2020.default({
    strict: true,
    allErrors: true,
    // A shared type becomes one function that is called, not a copy at every place.
    inlineRefs: false,
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
  addFormats.default(ajv, ['date-time']);
  for (const [key, schema] of Object.entries(types)) ajv.addSchema(bare(schema, ''), key);
  const exported = [...envelopes, ...messages.map(({ schema }) => schema), ...policies.map(({ schema }) => schema)];
  for (const schema of exported) {
    for (const [key, own] of Object.entries(schema.$defs ?? {}))
      ajv.addSchema(bare(own, schema.title), `${schema.title}-${key}`);
    ajv.addSchema(bare(schema, schema.title), schema.title);
  }
  const code = standaloneCode.default(ajv, Object.fromEntries(exported.map(({ title }) => [title, title])));
  return moduleOf(code);
}

/** A schema without words for people, whose references name registered schemas, so that all callers share them. */
function bare(schema, title) {
  return mapSchemas(schema, (sub) => {
    const shared = sharedTypeOf(sub);
    if (shared !== undefined) return { $ref: shared };
    const own = ownTypeOf(sub);
    if (own !== undefined) return { $ref: `${title}-${own}` };
    return Object.fromEntries(
      Object.entries(sub).filter(([keyword]) => !SILENT.includes(keyword) && !keyword.startsWith('x-')),
    );
  });
}

function moduleOf(code) {
  const names = [];
  const body = code
    .replace(/^"use strict";/, '')
    .replace(/^export const (\w+) = (\w+);$/gm, (_match, name, validate) => {
      names.push({ name, validate });
      return '';
    })
    .replaceAll(REQUIRED, 'ucs2length.default');
  if (body.includes('require(') || body.includes('export '))
    throw new Error('ajv wrote something that is no ES module');
  return [
    '// @ts-nocheck The code below is written by ajv; only VALIDATORS is meant for others, and it says its type.',
    ...IMPORTS,
    "import type { StandaloneValidator } from '../validation.ts';",
    body,
    '/** The title of a schema that stands on its own. */',
    `export type SchemaTitle = ${names.map(({ name }) => `'${name}'`).join(' | ')};`,
    '',
    '/** Says by `true` that data satisfy the schema of that title, and otherwise leaves what is wrong in `errors`. */',
    `export const VALIDATORS: Readonly<Record<SchemaTitle, StandaloneValidator>> = {\n${names.map(({ name, validate }) => `  ${name}: ${validate},`).join('\n')}\n};`,
  ].join('\n');
}
