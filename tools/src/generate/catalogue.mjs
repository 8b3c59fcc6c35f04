import { ownTypeOf, sharedTypeOf, without } from './schemas.mjs';

/** Returns the module with one contract per message: what its subject, owner and schema are, and which fields it knows. */
export function catalogueModule({ types, messages, policies }) {
  const of = (test) => messages.filter(test).map((message) => `  ${message.name}: contract(${entry(message, types)}),`);
  const table = (listed, make) => listed.map((policy) => `  '${policy.name}': ${make(policy)},`).join('\n');
  const ofTheHouse = policies.filter(({ house }) => house !== undefined);
  const theirNames = ofTheHouse.map(({ name }) => `'${name}'`).join(' | ');
  return [
    "import { contract, type Contract } from '../contract.ts';",
    "import type { FieldHelp } from '../policy-help.ts';",
    "import type { CommandName, EventName, PoliciesByName } from './messages.ts';",
    '',
    '/** Every fact and failure of the house, by name. */',
    `export const EVENTS: Readonly<Record<EventName, Contract>> = {\n${of(({ family }) => family !== 'cmd').join('\n')}\n};`,
    '',
    '/** Every request that a service answers, by name. */',
    `export const COMMANDS: Readonly<Record<CommandName, Contract>> = {\n${of(({ family }) => family === 'cmd').join('\n')}\n};`,
    '',
    '/** The title of the schema of every policy document. */',
    `export const POLICY_SCHEMAS = {\n${table(policies, ({ schema }) => `'${schema.title}'`)}\n} as const;`,
    '',
    '/** What the fields of every policy document mean. */',
    `export const POLICY_FIELDS: Readonly<Record<keyof PoliciesByName, FieldHelp>> = {\n${table(policies, ({ schema }) => JSON.stringify(helpOf(schema, types, schema.$defs ?? {})))}\n};`,
    '',
    '/** The policies of the house, until somebody says otherwise. */',
    `export const POLICY_DEFAULTS: Pick<PoliciesByName, ${theirNames}> = {\n${table(ofTheHouse, ({ house }) => JSON.stringify(house))}\n};`,
  ].join('\n');
}

function entry({ name, service, family, entity, event, key, owner, ownerKey, tenant, major, id, schema }, types) {
  const facts = { name, service, family, entity, event, key, owner, ownerKey, tenant, major, dataschema: id };
  return JSON.stringify({ ...facts, fields: fieldsOf(schema, types, schema.$defs ?? {}) });
}

/**
 * The known fields of a schema: an object per object, null for everything else. Arrays are transparent, because all
 * of their elements have one shape; objects with free names have no shape at all. Alternatives know what any of them does.
 */
function fieldsOf(schema, types, own) {
  const shared = sharedTypeOf(schema);
  if (shared !== undefined) return fieldsOf(types[shared], types, own);
  const itsOwn = ownTypeOf(schema);
  if (itsOwn !== undefined) return fieldsOf(own[itsOwn], types, own);
  if (schema.items) return fieldsOf(schema.items, types, own);
  if (schema.anyOf) {
    const shapes = schema.anyOf.map((sub) => fieldsOf(sub, types, own)).filter((fields) => fields !== null);
    return shapes.length === 0 ? null : Object.assign({}, ...shapes);
  }
  if (!schema.properties) return null;
  return Object.fromEntries(Object.entries(schema.properties).map(([name, sub]) => [name, fieldsOf(sub, types, own)]));
}

/** What a field means, and what is inside it: named fields, and elements or entries of which each has one meaning. */
function helpOf(schema, types, own) {
  const referred = types[sharedTypeOf(schema)] ?? own[ownTypeOf(schema)];
  if (referred !== undefined) return helpOf({ ...referred, ...without(schema, '$ref') }, types, own);
  const inside = (schema.anyOf ?? []).map((sub) => helpOf(sub, types, own).fields ?? {});
  const named = Object.entries(schema.properties ?? {}).map(([name, sub]) => [name, helpOf(sub, types, own)]);
  const fields = Object.assign({}, ...inside, Object.fromEntries(named));
  const each =
    schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
  return {
    help: schema.description,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(each === undefined ? {} : { each: helpOf(each, types, own) }),
  };
}
