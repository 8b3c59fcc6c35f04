import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inProse, namesOf, SERVICE_ORDER } from './naming.mjs';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const TYPES_ID = 'tocsin:envelope/types/1';
const TYPES_REF = `${TYPES_ID}#/$defs/`;
const FILE = /^[a-z][a-z0-9-]*\.v([1-9]\d*)\.json$/;

/** Everything that is wrong with the schemas, at once: one line each, with the file that it is in. */
export class SchemaFaults extends Error {
  constructor(faults) {
    super(['The schemas do not agree:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads all schemas below `root` and checks that names, files, ids and subjects agree.
 * @throws {SchemaFaults}
 */
export async function readSchemas(root) {
  const files = [];
  for (const folder of (await directories(root)).sort()) {
    for (const name of (await readdir(join(root, folder))).sort()) {
      if (name.endsWith('.json'))
        files.push({ path: `${folder}/${name}`, schema: await readJson(join(root, folder, name)) });
    }
  }
  const schemas = arrange(files);
  return { ...schemas, policies: await Promise.all(schemas.policies.map((policy) => withHouse(root, policy))) };
}

/** A policy with the document that holds until somebody says otherwise, where there is one. */
async function withHouse(root, policy) {
  const path = join(root, 'policy', `${policy.name}.good`, 'house.json');
  return existsSync(path) ? { ...policy, house: await readJson(path) } : policy;
}

const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

/**
 * Sorts schemas into shared types, envelopes, messages and policies; of a message with several majors the newest
 * counts, and the older ones are listed with it.
 * @throws {SchemaFaults}
 */
export function arrange(files) {
  const faults = files.flatMap(({ path, schema }) => faultsOf(path, schema).map((fault) => `${path}: ${fault}`));
  if (faults.length > 0) throw new SchemaFaults(faults);

  const types = files.find(({ schema }) => schema.$id === TYPES_ID)?.schema;
  if (!types) throw new SchemaFaults([`envelope/types.v1.json: there is no schema ${TYPES_ID}`]);
  return {
    types: types.$defs,
    envelopes: files
      .filter(({ schema }) => /^tocsin:envelope\/(fact|request)-envelope\//.test(schema.$id))
      .map(({ schema }) => schema),
    messages: newestMajors(files.filter(({ schema }) => 'x-family' in schema)),
    policies: files
      .filter(({ path }) => path.startsWith('policy/'))
      .map(({ path, schema }) => ({
        path,
        schema,
        name: path.slice(7, -8),
      })),
  };
}

function newestMajors(files) {
  const editions = new Map();
  for (const file of files) {
    const message = messageOf(file);
    editions.set(
      message.name,
      [...(editions.get(message.name) ?? []), message].sort((a, b) => b.major - a.major),
    );
  }
  const rank = ({ service }) => (service === '*' ? SERVICE_ORDER.length : SERVICE_ORDER.indexOf(service));
  return [...editions.values()]
    .map(([newest, ...older]) => ({ ...newest, older }))
    .sort((a, b) => rank(a) - rank(b) || familyRank(a) - familyRank(b) || (a.name < b.name ? -1 : 1));
}

const familyRank = ({ family }) => ['evt', 'flt', 'cmd'].indexOf(family);

function messageOf({ path, schema }) {
  const parts = {
    service: schema['x-service'],
    family: schema['x-family'],
    entity: schema['x-entity'],
    event: schema['x-event'],
    key: schema['x-key'],
    major: majorOf(path),
  };
  const { name, id, type, address } = namesOf(parts);
  const owner = schema['x-owner'];
  const ownerKey = schema['x-owner-key'] ?? parts.key;
  const tenant = schema['x-tenant'] ?? null;
  return { ...parts, name, id, type, address, path, owner, ownerKey, tenant, schema };
}

const majorOf = (path) => Number(FILE.exec(path.slice(path.indexOf('/') + 1))?.[1]);

function faultsOf(path, schema) {
  const faults = [];
  const expect = (truth, fault) => truth || faults.push(fault);
  const [folder, name] = path.split('/');
  expect(FILE.test(name), 'the file is not named <kebab-name>.v<major>.json');
  expect(schema.$schema === DIALECT, `$schema is not ${DIALECT}`);
  expect(
    schema.$id === `tocsin:${folder}/${name.replace(/\.v(\d+)\.json$/, '/$1')}`,
    `$id ${schema.$id} does not follow from the file`,
  );
  expect(typeof schema.title === 'string', 'it has no title');
  expect(typeof schema.description === 'string', 'it has no description');
  if (schema.$id !== TYPES_ID) expect(schema.examples?.length > 0, 'it has no example');
  if ('x-family' in schema) faults.push(...messageFaults(path, schema));
  for (const pointer of undescribed(schema)) faults.push(`${pointer} has no description`);
  for (const pointer of unbounded(schema))
    faults.push(`${pointer} is any text: it needs a pattern, for PostgreSQL does not even store U+0000`);
  return faults;
}

function messageFaults(path, schema) {
  const message = messageOf({ path, schema });
  const { name, address, service, family, entity, key, ownerKey, owner, tenant } = message;
  const expectedPath = namesOf(message).path;
  const required = new Set(schema.required);
  const faults = [];
  const expect = (truth, fault) => truth || faults.push(fault);
  expect(service === '*' || SERVICE_ORDER.includes(service), `x-service ${service} is no service`);
  expect(['evt', 'flt', 'cmd'].includes(family), `x-family ${family} is not evt, flt or cmd`);
  expect(path === expectedPath, `by x-service, x-entity and x-event the file would be ${expectedPath}`);
  expect(schema.title === name, `by x-entity and x-event the title would be ${name}`);
  expect(
    schema.description.endsWith(`Subject: ${inProse(address)}`),
    `the description does not end with 'Subject: ${inProse(address)}'`,
  );
  expect(typeof owner === 'string', 'it has no x-owner');
  expect(
    tenant === null || sharedTypeOf(schema.properties[tenant] ?? {}) === 'tenant',
    `x-tenant '${tenant}' is no property of the type tenant`,
  );
  for (const property of new Set([key, ownerKey, ...(entity === '*' ? ['entity', 'key'] : [])])) {
    expect(required.has(property), `'${property}' makes the subject or the owner, so it must be required`);
  }
  return faults;
}

/** Properties that say neither themselves nor through the type that they refer to what they mean. */
function undescribed(schema, pointer = '') {
  if (schema === null || typeof schema !== 'object') return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === 'examples' || keyword === 'enum' || keyword === 'const') return [];
    const here = `${pointer}/${keyword}`;
    const found = undescribed(value, here);
    if (keyword !== 'properties' && keyword !== '$defs') return found;
    const silent = Object.entries(value).filter(([, sub]) => !('description' in sub) && !('$ref' in sub));
    return [...silent.map(([property]) => `${here}/${property}`), ...found];
  });
}

/** Texts that may hold whatever a string can hold. */
function unbounded(schema, pointer = '') {
  if (schema === null || typeof schema !== 'object') return [];
  const isAnyText = schema.type === 'string' && !('pattern' in schema) && !('enum' in schema) && !('const' in schema);
  const inside = Object.entries(schema)
    .filter(([keyword]) => keyword !== 'examples')
    .flatMap(([keyword, value]) => unbounded(value, `${pointer}/${keyword}`));
  return isAnyText ? [pointer, ...inside] : inside;
}

/** The name of the shared type that `schema` refers to, or undefined. */
export const sharedTypeOf = (schema) =>
  schema.$ref?.startsWith(TYPES_REF) ? schema.$ref.slice(TYPES_REF.length) : undefined;

/** The name of the type of its own document that `schema` refers to, or undefined. */
export const ownTypeOf = (schema) =>
  schema.$ref?.startsWith('#/$defs/') ? schema.$ref.slice('#/$defs/'.length) : undefined;

/** A schema less some of its keywords. */
export const without = (schema, ...keywords) =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));

/** Applies `change` to every schema inside `schema`, innermost first; examples and the like stay as they are. */
export function mapSchemas(schema, change) {
  const inside = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      switch (keyword) {
        case 'properties':
        case '$defs':
          return [
            keyword,
            Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, mapSchemas(sub, change)])),
          ];
        case 'anyOf':
        case 'allOf':
          return [keyword, value.map((sub) => mapSchemas(sub, change))];
        case 'items':
          return [keyword, mapSchemas(value, change)];
        case 'additionalProperties':
          return [keyword, typeof value === 'object' ? mapSchemas(value, change) : value];
        default:
          return [keyword, value];
      }
    }),
  );
  return change(inside);
}

async function directories(root) {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
