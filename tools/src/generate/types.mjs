import { compile } from 'json-schema-to-typescript';
import ts from 'typescript';
import { SERVICE_ORDER } from './naming.mjs';
import { mapSchemas, ownTypeOf, sharedTypeOf, without } from './schemas.mjs';

const COMPILER = {
  additionalProperties: false,
  bannerComment: '',
  declareExternallyReferenced: true,
  format: false,
  ignoreMinAndMaxItems: true,
  unknownAny: true,
};

/** Returns the TypeScript module with one pair of types per message, the shared types, and the unions of names. */
export async function typesModule({ types, messages, policies, envelopes }) {
  const named = namesOfShared(types);
  const brands = [...new Set(Object.values(types).flatMap((schema) => schema['x-brand'] ?? []))].sort();
  const declarations = [];
  for (const [key, schema] of Object.entries(types)) {
    const name = named.get(key);
    if (name && !schema['x-brand']) declarations.push(await declaration(name, schema, types, named));
  }
  for (const { name, schema } of messages) {
    declarations.push(await declaration(`${name}Data`, schema, types, named), messageType(name, schema));
  }
  for (const schema of envelopes) declarations.push(await declaration(schema.title, schema, types, named));
  for (const { schema } of policies) declarations.push(await declaration(schema.title, schema, types, named));
  const imports = `import type { ${brands.join(', ')} } from '@tocsin/domain-kit';`;
  return [imports, ...declarations, ...unions(messages), policyTable(policies)].join('\n\n');
}

const policyTable = (policies) =>
  `${comment('Every policy document by its name.')}\nexport type PoliciesByName = {\n${policies
    .map(({ name, schema }) => `  readonly '${name}': ${schema.title};`)
    .join('\n')}\n};`;

/** The shared types that TypeScript gives a name: brands, choices, unions and objects. Plain texts and numbers stay what they are. */
function namesOfShared(types) {
  const nameOf = (key, schema) => {
    if (schema['x-brand']) return schema['x-brand'];
    if (schema.enum || schema.anyOf || schema.type === 'object') return key[0].toUpperCase() + key.slice(1);
    return undefined;
  };
  return new Map(Object.entries(types).map(([key, schema]) => [key, nameOf(key, schema)]));
}

async function declaration(name, schema, types, named) {
  const own = schema.$defs ?? {};
  const resolved = mapSchemas(schema, (sub) => resolve(sub, types, named, own));
  const document = { ...without(resolved, '$defs', '$id', 'examples'), title: name, definitions: resolved.$defs };
  const text = await compile(document, name, COMPILER);
  return readonly(text.trim()).replace(/\/\*\*\n\s*\* ([^\n]*)\n\s*\*\//g, '/** $1 */');
}

/** Replaces a reference by what TypeScript calls it. */
function resolve(schema, types, named, own) {
  const { $ref, ...rest } = schema;
  const shared = sharedTypeOf(schema);
  if (shared !== undefined) {
    const target = types[shared];
    const name = named.get(shared);
    if (!target) throw new Error(`${$ref} refers to nothing`);
    return { description: target.description, ...rest, ...(name ? { tsType: name } : { type: target.type }) };
  }
  const ownName = ownTypeOf(schema);
  if (ownName !== undefined) {
    const target = own[ownName];
    if (!target) throw new Error(`${$ref} refers to nothing`);
    if (!target.title) return { ...mapSchemas(target, (sub) => resolve(sub, types, named, own)), ...rest };
    return { ...rest, $ref: `#/definitions/${ownName}` };
  }
  // An object without properties has free ones.
  return rest.type === 'object' && !rest.properties && !('additionalProperties' in rest)
    ? { ...rest, additionalProperties: true }
    : rest;
}

const messageType = (name, schema) =>
  `${comment(schema.description)}\nexport type ${name} = { readonly type: '${name}'; readonly data: ${name}Data };`;

const comment = (text) => `/** ${text} */`;

function unions(messages) {
  const events = messages.filter(({ family }) => family !== 'cmd');
  const commands = messages.filter(({ family }) => family === 'cmd');
  const union = (name, members, text) =>
    `${comment(text)}\nexport type ${name} = ${members.map((member) => member.name).join(' | ') || 'never'};`;
  const table = (name, members, text) =>
    `${comment(text)}\nexport type ${name} = {\n${members.map((member) => `  readonly ${member.name}: ${member.name};`).join('\n')}\n};`;
  const services = SERVICE_ORDER.filter((service) => messages.some((message) => message.service === service));
  const said = services.map((service) =>
    union(
      `${pascal(service)}Event`,
      events.filter((event) => event.service === service),
      `What ${service} says, besides what every service says.`,
    ),
  );
  return [
    `${comment('The services that say facts, in the order of the day.')}\nexport const SERVICES = [${services.map((service) => `'${service}'`).join(', ')}] as const;`,
    `${comment('A service that says facts on a lane of its own.')}\nexport type ServiceName = (typeof SERVICES)[number];`,
    ...said,
    union(
      'RuntimeEvent',
      events.filter(({ service }) => service === '*'),
      'What every service says about its own work.',
    ),
    table('EventsByName', events, 'Every fact and failure by its name.'),
    table('CommandsByName', commands, 'Every request by its name.'),
    `${comment('The name of a fact or failure.')}\nexport type EventName = keyof EventsByName;`,
    `${comment('The name of a request.')}\nexport type CommandName = keyof CommandsByName;`,
  ];
}

const pascal = (name) => name[0].toUpperCase() + name.slice(1);

/** Makes every property and array of the declarations read-only, and turns interfaces into plain object types. */
function readonly(text) {
  const source = ts.createSourceFile('generated.ts', text, ts.ScriptTarget.ES2023, true);
  const edits = [];
  const insert = (position, word, length = 0) => edits.push({ position, word, length });
  const visit = (node) => {
    if (ts.isInterfaceDeclaration(node)) {
      const keyword = node.getChildren().find(({ kind }) => kind === ts.SyntaxKind.InterfaceKeyword);
      insert(keyword.getStart(), 'type', 'interface'.length);
      insert(node.name.getEnd(), ' =');
      insert(node.getEnd(), ';');
    }
    if (ts.isPropertySignature(node) || ts.isIndexSignatureDeclaration(node)) insert(node.getStart(), 'readonly ');
    if (ts.isArrayTypeNode(node)) {
      insert(node.getStart(), ts.isArrayTypeNode(node.parent) ? '(readonly ' : 'readonly ');
      if (ts.isArrayTypeNode(node.parent)) insert(node.getEnd(), ')');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits
    .sort((a, b) => b.position - a.position)
    .reduce(
      (edited, { position, word, length }) => edited.slice(0, position) + word + edited.slice(position + length),
      text,
    );
}
