import { arrange, SchemaFaults, type SchemaFile } from './schemas.mjs';

const $schema = 'https://json-schema.org/draft/2020-12/schema';
const types: SchemaFile = {
  path: 'envelope/types.v1.json',
  schema: { $schema, $id: 'tocsin:envelope/types/1', title: 'Types', description: 'Shared words.', $defs: {} },
};
const closed = {
  $schema,
  $id: 'tocsin:ingestion/bar-closed/1',
  title: 'BarClosed',
  description: 'A bar is complete. Subject: evt.ingestion.<tenant>.bar.<pair>.closed',
  'x-service': 'ingestion',
  'x-family': 'evt',
  'x-entity': 'bar',
  'x-event': 'closed',
  'x-key': 'pair',
  'x-owner': 'feed',
  type: 'object',
  required: ['pair'],
  properties: { pair: { type: 'string', pattern: '^[A-Z]+-15m$', description: 'The pair.' } },
  examples: [{ pair: 'EURUSD-15m' }],
};
const PATH = 'ingestion/bar-closed.v1.json';

const faultsOf = (path: string, schema: SchemaFile['schema']): readonly string[] => {
  try {
    arrange([types, { path, schema }]);
    return [];
  } catch (error) {
    if (error instanceof SchemaFaults) return error.faults;
    throw error;
  }
};

describe('a schema', () => {
  it('is taken when everything follows from everything', () => {
    expect(faultsOf(PATH, closed)).toEqual([]);
  });

  it.each<[string, string, SchemaFile['schema'], string]>([
    [
      'belongs to a tenant that nobody names',
      PATH,
      { ...closed, 'x-tenant': 'tenant' },
      "x-tenant 'tenant' is no property of the type tenant",
    ],
    [
      'lies in another file',
      'ingestion/bar-done.v1.json',
      { ...closed, $id: 'tocsin:ingestion/bar-done/1' },
      'the file would be ingestion/bar-closed.v1.json',
    ],
    [
      'lies in the folder of another service',
      'analysis/bar-closed.v1.json',
      { ...closed, $id: 'tocsin:analysis/bar-closed/1' },
      'the file would be ingestion/bar-closed.v1.json',
    ],
    ['has another id', PATH, { ...closed, $id: 'tocsin:ingestion/bar-closed/2' }, 'does not follow from the file'],
    ['has another title', PATH, { ...closed, title: 'BarDone' }, 'the title would be BarClosed'],
    [
      'names another subject',
      PATH,
      { ...closed, description: 'A bar is complete.' },
      "does not end with 'Subject: evt.ingestion.<tenant>.bar.<pair>.closed'",
    ],
    ['belongs to nobody', PATH, { ...closed, 'x-owner': undefined }, 'it has no x-owner'],
    [
      'may lack its key',
      PATH,
      { ...closed, required: [] },
      "'pair' makes the subject or the owner, so it must be required",
    ],
    ['has no example', PATH, { ...closed, examples: [] }, 'it has no example'],
    [
      'keeps a field to itself',
      PATH,
      { ...closed, properties: { pair: { type: 'string', pattern: '^[A-Z]+-15m$' } } },
      '/properties/pair has no description',
    ],
    [
      'takes any text',
      PATH,
      { ...closed, properties: { pair: { type: 'string', description: 'The pair.' } } },
      '/properties/pair is any text: it needs a pattern',
    ],
    [
      'speaks an older dialect',
      PATH,
      { ...closed, $schema: 'http://json-schema.org/draft-07/schema#' },
      '$schema is not',
    ],
  ])('is refused when it %s', (_, path, schema, words) => {
    expect(faultsOf(path, schema)).toEqual([expect.stringContaining(words)]);
  });

  it('of several editions counts as its newest, and keeps the old ones', () => {
    const second = { ...closed, $id: 'tocsin:ingestion/bar-closed/2' };
    const files = [types, { path: PATH, schema: closed }, { path: 'ingestion/bar-closed.v2.json', schema: second }];
    const { messages } = arrange(files);
    expect(messages).toMatchObject([{ name: 'BarClosed', major: 2, older: [{ major: 1 }] }]);
  });

  it('is not read alone: all faults of all files are told together', () => {
    const files = [
      types,
      { path: 'ingestion/bar-done.v1.json', schema: { ...closed, title: 'X' } },
      { path: PATH, schema: { ...closed, examples: [] } },
    ];
    expect(() => arrange(files)).toThrow(/bar-done\.v1\.json: .*\n.*bar-closed\.v1\.json: it has no example/s);
  });
});
