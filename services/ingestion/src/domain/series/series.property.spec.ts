import { validateEvent } from '@tocsin/contracts';
import { decimal, instant, isRefusal } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { seriesDecider } from './series.decider.ts';
import type { Series, SeriesCommand, SeriesEvent } from './series.ts';

const STATE_BYTES_MAX = 4_096;

const at = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }).map((ms) => instant(ms));
const day = fc
  .integer({ min: Date.parse('2024-01-01'), max: Date.parse('2027-01-01') })
  .map((ms) => instant(ms).slice(0, 10));
/** Few values, so that many are equal, and one as long as a decimal may be. */
const value = fc.constantFrom('1', '2.5', '-3', `0.${'1'.repeat(62)}`).map(decimal);

const macro: fc.Arbitrary<SeriesCommand> = fc.record({
  type: fc.constant('ObserveMacro'),
  data: fc.record({
    series: fc.constant('fred-X'),
    provider: fc.constant('fred'),
    name: fc.constant('X'),
    values: fc.array(
      fc.record({
        observedOn: day,
        value: fc.option(value),
        vintageOn: day,
      }),
      { maxLength: 120 },
    ),
    at,
  }),
});
const rate: fc.Arbitrary<SeriesCommand> = fc.record({
  type: fc.constant('ObserveRate'),
  data: fc.record({
    rate: fc.constant('frankfurter-EURUSD'),
    provider: fc.constant('frankfurter'),
    base: fc.constant('EUR'),
    quote: fc.constant('USD'),
    fixings: fc.array(
      fc.record({ rateOn: day, price: fc.constantFrom('1', '2.5', `0.${'1'.repeat(62)}`).map(decimal) }),
      { maxLength: 120 },
    ),
    at,
  }),
});
const headlines: fc.Arbitrary<SeriesCommand> = fc.record({
  type: fc.constant('ObserveHeadlines'),
  data: fc.record({
    topic: fc.constant('newsapi-x'),
    provider: fc.constant('newsapi'),
    headlines: fc.array(
      fc.record({
        title: fc.constant('x'),
        summary: fc.constant(''),
        url: fc.integer({ min: 0, max: 2_000 }).map((number) => `https://example.com/${number}`),
        outlet: fc.constant('x'),
        publishedAt: fc
          .integer({ min: Date.parse('2025-12-31'), max: Date.parse('2099-01-01') })
          .map((ms) => instant(ms)),
      }),
      { maxLength: 260 },
    ),
    at,
  }),
});

describe('a series', () => {
  it.each([
    ['macro', macro],
    ['rate', rate],
    ['topic', headlines],
  ] as const)(
    'of the kind %s says what its schema allows, never the same twice in a row, and its state stays within 4 KiB',
    (_kind, command) => {
      fc.assert(
        fc.property(fc.array(command, { minLength: 1, maxLength: 6 }), (commands) => {
          let state: Series = seriesDecider.initialState();
          const say = (said: SeriesCommand): readonly SeriesEvent[] => {
            const outcome = seriesDecider.decide(said, state);
            if (isRefusal(outcome)) throw new Error('a series refuses nothing');
            outcome.forEach((event) => {
              validateEvent(event);
            });
            state = outcome.reduce(seriesDecider.evolve, state);
            return outcome;
          };
          for (const each of commands) {
            say(each);
            expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThanOrEqual(STATE_BYTES_MAX);
            expect(say(each)).toEqual([]);
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('tells the whole of a history that it hears in parts, in any cut, exactly once', () => {
    const values = Array.from({ length: 300 }, (_, index) => ({
      observedOn: instant(Date.parse('2020-01-01') + (index % 250) * 86_400_000).slice(0, 10),
      value: decimal(String(index)),
      vintageOn: instant(Date.parse('2022-01-01') + Math.floor(index / 50) * 86_400_000).slice(0, 10),
    }));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 5 }), (cuts) => {
        const said: SeriesEvent[] = [];
        let state: Series = seriesDecider.initialState();
        // Each answer brings the history up to a cut, from the beginning on, and the last one all of it.
        for (const cut of [...cuts.sort((one, other) => one - other), values.length]) {
          const outcome = seriesDecider.decide(
            {
              type: 'ObserveMacro',
              data: {
                series: 'fred-X',
                provider: 'fred',
                name: 'X',
                values: values.slice(0, cut),
                at: instant('2026-01-01T00:00:00.000Z'),
              },
            },
            state,
          );
          if (isRefusal(outcome)) throw new Error('a series refuses nothing');
          state = outcome.reduce(seriesDecider.evolve, state);
          said.push(...outcome);
        }
        expect(said.map(({ data }) => ('value' in data ? data.value : null))).toEqual(values.map(({ value: v }) => v));
      }),
      { numRuns: 100 },
    );
  });
});
