import { plainText, TIMEFRAMES } from '@tocsin/domain-kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { SCHEMA_FILES } from '../test/schema-files.ts';
import { EXAMPLE_COMMANDS, EXAMPLE_EVENTS, serviceOf } from '../test/stories.ts';
import { COMMANDS, EVENTS, contractOf, parseSubject, subjectOf } from './index.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv, ['date-time']);
ajv.addVocabulary(
  ['service', 'family', 'entity', 'event', 'key', 'owner', 'owner-key', 'tenant', 'brand'].map((word) => `x-${word}`),
);
ajv.addSchema(SCHEMA_FILES.map(({ schema }) => schema));

const validatorFor = (reference: string) => {
  const validate = ajv.getSchema(reference);
  if (!validate) throw new Error(`there is no schema ${reference}`);
  return validate;
};

const examples = [...EXAMPLE_EVENTS, ...EXAMPLE_COMMANDS];

describe('the schemas', () => {
  it.each(SCHEMA_FILES.map(({ path, schema }) => [path, schema] as const))(
    '%s accepts its own examples',
    (_path, schema) => {
      for (const example of schema.examples ?? [])
        expect([validatorFor(schema.$id)(example), example]).toEqual([true, example]);
      for (const [name, { examples: own }] of Object.entries(schema.$defs ?? {})) {
        expect([name, own?.length ?? 0]).not.toEqual([name, 0]);
        for (const example of own ?? [])
          expect([name, validatorFor(`${schema.$id}#/$defs/${name}`)(example)]).toEqual([name, true]);
      }
    },
  );

  it('belong to one name, one file and one subject each', () => {
    const names = SCHEMA_FILES.filter(({ schema }) => schema['x-family']).map(({ schema }) => schema.title);
    expect(names.sort()).toEqual([...Object.keys(EVENTS), ...Object.keys(COMMANDS)].sort());
    for (const { path, schema } of SCHEMA_FILES)
      expect(schema.$id).toBe(`tocsin:${path.replace(/\.v(\d+)\.json$/, '/$1')}`);
  });

  it('make subjects that read as their names do', () => {
    for (const example of examples) {
      const { family, entity, event, name } = contractOf(example.type);
      const parts = parseSubject(subjectOf(example, { service: serviceOf(example), tenant: 'shared' }));
      expect(parts).toMatchObject({ family, event, ...(entity === '*' ? {} : { entity }) });
      const words = entity === '*' ? [event] : family === 'cmd' ? [event, entity] : [entity, event];
      expect(words.join('-').replaceAll('-', '')).toBe(name.toLowerCase());
    }
  });

  it('know the timeframes of the kit, and no others', () => {
    const timeframe = validatorFor('tocsin:envelope/types/1#/$defs/timeframe');
    for (const known of TIMEFRAMES) expect([known, timeframe(known)]).toEqual([known, true]);
    expect(timeframe.schema).toMatchObject({ enum: TIMEFRAMES });
  });

  it.each([
    ['pair', 'BRK.B-1d', 'BRK=2EB-1d'],
    ['pair', 'EURUSD', 'EURUSD-15m'],
    ['token', 'two words', 'two-words'],
    ['scope', 'pair-BRK.B-1d', 'pair-BRK=2EB-1d'],
    ['scope', 'galaxy-far-away', 'service-analysis'],
    ['decimal', '1e-5', '0.00001'],
    ['decimal', '+1', '1'],
    ['decimal', 'NaN', '-0.5'],
    ['price', '0.00', '0.01'],
    ['price', '-1', '1'],
    ['instant', '2014-05-06T10:00:00Z', '2014-05-06T10:00:00.000Z'],
    ['instant', '2014-05-06T12:00:00.000+02:00', '2014-05-06T10:00:00.000Z'],
    ['instant', '2014-02-30T10:00:00.000Z', '2014-02-28T10:00:00.000Z'],
  ])('tell a bad %s from a good one: %s, %s', (type, bad, good) => {
    const validate = validatorFor(`tocsin:envelope/types/1#/$defs/${type}`);
    expect([validate(bad), validate(good)]).toEqual([false, true]);
  });
});

/** Every copy of `value` in which one text, or one name of a field that the schema leaves open, is damaged. */
function damagedBy(damage: (text: string) => string, value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [damage(value)];
  if (Array.isArray(value))
    return value.flatMap((each: unknown, index) =>
      damagedBy(damage, each).map((damaged) => value.with(index, damaged) as unknown),
    );
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    damagedBy(damage, each).map((damaged) => ({ ...value, [name]: damaged })),
  );
}

describe('a text in a message', () => {
  it.each([
    ['U+0000', (text: string) => `${text}\u0000`],
    ['a line break', (text: string) => `${text}\n`],
    ['an escape', (text: string) => `\u001b${text}`],
    ['a control character of the second set', (text: string) => `${text}\u009b`],
    ['the first half of a character', (text: string) => `${text}\ud83d`],
    ['the second half of a character', (text: string) => `\udd14${text}`],
  ])('never carries %s, wherever it stands', (_name, damage) => {
    for (const { type, data } of examples) {
      for (const damaged of damagedBy(damage, data))
        expect([type, damaged, contractOf(type).validate(damaged)]).not.toEqual([type, damaged, []]);
    }
  });

  it('carries whatever else people write', () => {
    const text = validatorFor('tocsin:envelope/types/1#/$defs/text');
    const character = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(character, (written) => {
        expect([written, text(plainText(written))]).toEqual([written, true]);
      }),
    );
    expect(text('Über 東京 läutet die 🔔.')).toBe(true);
    expect(text(plainText('\ud83d\u0000\r\n'))).toBe(true);
  });

  it('has no field whose name is no word', () => {
    const { data } = EXAMPLE_EVENTS.find(({ type }) => type === 'DeliveryIntended') ?? { data: {} };
    const { validate } = contractOf('DeliveryIntended');
    expect(validate(data)).toEqual([]);
    expect(validate({ ...data, facts: { 'pair\u0000': 'EURUSD' } })).not.toEqual([]);
  });
});

/** Anything that might stand where a field stands, now and then the right kind of thing. */
const anyValue = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    0.5,
    '',
    'EURUSD-15m',
    'BRK.B',
    '1.5',
    '2014-05-06T10:00:00.000Z',
    'GREEN',
    [],
    {},
  ),
  fc.jsonValue(),
);

describe('a generated validator', () => {
  it('says of a damaged example exactly what ajv says of it', () => {
    const damage = fc.tuple(fc.constantFrom(...examples), fc.nat(), fc.option(anyValue, { nil: undefined }));
    fc.assert(
      fc.property(damage, ([{ type, data }, index, replacement]) => {
        const names = Object.keys(data);
        const name = names[index % names.length] ?? '';
        const damaged = { ...data, [name]: replacement };
        const { dataschema, validate } = contractOf(type);
        expect(validate(damaged).length === 0).toBe(validatorFor(dataschema)(damaged));
      }),
      { numRuns: 2_000 },
    );
  });
});
