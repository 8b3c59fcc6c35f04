import { validateEvent } from '@tocsin/contracts';
import { instant, isRefusal } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { seriesDecider } from '../../domain/series/series.decider.ts';
import type { SeriesCommand, SeriesEvent } from '../../domain/series/series.ts';
import { readFrankfurter } from './frankfurter/frankfurter.reading.ts';
import { readFred } from './fred/fred.reading.ts';
import { readNewsapi } from './newsapi/newsapi.reading.ts';

const NUM_RUNS = 20_000;
const PATIENCE_MS = 120_000;

const at = instant('2026-11-24T10:00:00.000Z');
const today = '2026-11-24';
const asked = { base: 'EUR', quotes: ['USD', 'CHF'] };

/** What may stand where something else should. */
const odd = fc.oneof(
  fc.constantFrom(null, '', '.', '1e5', '-', '0x10', '1,5', 'NaN', '__proto__', '2026-02-30', '10000-01-01'),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary' }),
  fc.double(),
);
const oddly = <Value>(good: fc.Arbitrary<Value>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: odd });

const day = fc
  .integer({ min: Date.parse('2000-01-01'), max: Date.parse(today) })
  .map((ms) => new Date(ms).toISOString().slice(0, 10));
const digits = fc.bigInt({ min: 1n, max: 10n ** 12n }).map((cents) => `${cents / 100n}.${cents % 100n}5`);

const row = fc.record({ realtime_start: day, realtime_end: day, date: day, value: fc.oneof(digits, fc.constant('.')) });
const oddRow = fc.oneof(
  fc.record({ realtime_start: oddly(day), realtime_end: oddly(day), date: oddly(day), value: oddly(digits) }),
  odd,
);
const article = fc.record({
  source: fc.record({ id: fc.constant(null), name: fc.string() }),
  title: fc.string({ minLength: 1 }).map((words) => `x${words}`),
  description: fc.option(fc.string()),
  url: fc.webUrl(),
  publishedAt: day.map((text) => `${text}T10:00:00Z`),
});
const oddArticle = fc.oneof(
  fc.record({
    source: oddly(fc.record({ name: oddly(fc.string({ unit: 'binary' })) })),
    title: oddly(fc.string({ unit: 'binary' })),
    description: oddly(fc.string({ unit: 'binary', maxLength: 3_000 })),
    url: oddly(fc.webUrl({ withFragments: true, withQueryParameters: true })),
    publishedAt: oddly(day.map((text) => `${text}T10:00:00Z`)),
  }),
  odd,
);
const rates = fc.dictionary(
  fc.oneof(day, fc.string()),
  fc.oneof(fc.record({ USD: oddly(digits.map(Number)), CHF: oddly(fc.double({ min: 0 })) }), odd),
  { maxKeys: 8 },
);

/** A text that was cut off, or had a piece of it replaced on its way. */
const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: text },
    fc.tuple(text, fc.nat()).map(([whole, cut]) => whole.slice(0, cut % (whole.length + 1))),
    fc.tuple(text, fc.nat(), fc.string({ unit: 'binary', maxLength: 4 })).map(([whole, place, piece]) => {
      const index = place % (whole.length + 1);
      return whole.slice(0, index) + piece + whole.slice(index + 2);
    }),
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );

/** Whatever was read, the facts that come of it satisfy their schemas. */
function saidOf(command: SeriesCommand): readonly SeriesEvent[] {
  const outcome = seriesDecider.decide(command, seriesDecider.initialState());
  if (isRefusal(outcome)) throw new Error('a series refuses nothing');
  for (const event of outcome) validateEvent(event);
  return outcome;
}
const fredSaid = (text: string): readonly SeriesEvent[] => {
  const reading = readFred(text, today);
  if (reading.kind !== 'told') return [];
  const { values } = reading.told;
  return saidOf({ type: 'ObserveMacro', data: { series: 'fred-X', provider: 'fred', name: 'X', values, at } });
};
const frankfurterSaid = (text: string): readonly SeriesEvent[] => {
  const reading = readFrankfurter(text, asked, today);
  if (reading.kind !== 'told') return [];
  return [...reading.told].flatMap(([quote, fixings]) =>
    saidOf({
      type: 'ObserveRate',
      data: { rate: `frankfurter-EUR${quote}`, provider: 'frankfurter', base: 'EUR', quote, fixings, at },
    }),
  );
};
const newsapiSaid = (text: string): readonly SeriesEvent[] => {
  const reading = readNewsapi(text);
  if (reading.kind !== 'told') return [];
  const { headlines } = reading.told;
  return saidOf({ type: 'ObserveHeadlines', data: { topic: 'newsapi-x', provider: 'newsapi', headlines, at } });
};

describe('whatever is answered', () => {
  const fredText = fc
    .record({ count: oddly(fc.nat()), observations: fc.array(fc.oneof(row, oddRow), { maxLength: 6 }) })
    .map((body) => JSON.stringify(body));
  const frankfurterText = fc
    .record({ base: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD', 1), rates: fc.oneof(rates, odd) })
    .map((body) => JSON.stringify(body));
  const newsapiText = fc
    .record({
      status: fc.constantFrom('ok', 'ok', 'ok', 'error', null),
      articles: fc.oneof(fc.array(fc.oneof(article, oddArticle), { maxLength: 4 }), odd),
    })
    .map((body) => JSON.stringify(body));

  it.each([
    ['fred', fredText, fredSaid],
    ['frankfurter', frankfurterText, frankfurterSaid],
    ['newsapi', newsapiText, newsapiSaid],
  ] as const)(
    'by %s, nothing is thrown, and every fact that comes of it satisfies its schema',
    (_, text, said) => {
      let facts = 0;
      fc.assert(
        fc.property(damaged(text), (answer) => {
          facts += said(answer).length;
        }),
        { numRuns: NUM_RUNS },
      );
      expect(facts).toBeGreaterThan(NUM_RUNS / 10); // Or nothing was tried but what nobody reads.
    },
    PATIENCE_MS,
  );

  it(
    'no good value is lost among bad ones',
    () => {
      fc.assert(
        fc.property(fc.array(row, { maxLength: 8 }), fc.array(oddRow, { maxLength: 8 }), (good, bad) => {
          const observations = [...bad.slice(0, 4), ...good, ...bad.slice(4)];
          const reading = readFred(JSON.stringify({ observations }), today);
          const values = reading.kind === 'told' ? reading.told.values : [];
          for (const { date, value, realtime_start: vintageOn } of good) {
            const told = { observedOn: date, value: value === '.' ? null : value, vintageOn };
            expect(values).toContainEqual(expect.objectContaining(told));
          }
          expect(reading).toMatchObject({ unreadable: observations.length - values.length });
        }),
        { numRuns: 1_500 },
      );
      fc.assert(
        fc.property(fc.uniqueArray(day), rates, (days, bad) => {
          const good = Object.fromEntries(days.map((text, index) => [text, { USD: index + 0.25 }]));
          const reading = readFrankfurter(JSON.stringify({ base: 'EUR', rates: { ...bad, ...good } }), asked, today);
          const fixings = reading.kind === 'told' ? (reading.told.get('USD') ?? []) : [];
          for (const [index, rateOn] of days.entries())
            expect(fixings).toContainEqual({ rateOn, price: String(index + 0.25) });
        }),
        { numRuns: 1_000 },
      );
      fc.assert(
        fc.property(fc.array(article, { maxLength: 5 }), fc.array(oddArticle, { maxLength: 5 }), (good, bad) => {
          const reading = readNewsapi(JSON.stringify({ status: 'ok', articles: [...bad, ...good, ...bad] }));
          const headlines = reading.kind === 'told' ? reading.told.headlines : [];
          for (const { url } of good) expect(headlines.map((each) => each.url)).toContain(new URL(url).href);
        }),
        { numRuns: 1_000 },
      );
    },
    PATIENCE_MS,
  );
});
