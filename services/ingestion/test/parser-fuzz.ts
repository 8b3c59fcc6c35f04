import { epochMs, instant, plusMs, timeframeMs, type Timeframe } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { roundTheClock } from '../src/domain/calendars/round-the-clock.ts';
import type { CandidateBar } from '../src/domain/candidate-bar.ts';
import type { BarsAsked } from '../src/outbound/providers/adapter.ts';
import type { Reading } from '../src/outbound/providers/paged.adapter.ts';

/** A complete bar as a test makes one up; its `raw` is the provider's matter. */
export type MadeBar = Omit<CandidateBar, 'openAt' | 'revision' | 'raw'> & { readonly openAtMs: number };

export type FuzzedParser = {
  readonly read: (text: string, asked: BarsAsked) => Reading;
  /** A good answer with these bars, as the provider writes it, followed by one that is still going on. */
  readonly write: (bars: readonly MadeBar[], goingOn: MadeBar) => string;
  readonly timeframes: ReadonlySet<Timeframe>;
};

/** What tables and objects are made of, so that text comes close to them. */
const PUNCTUATION = ['[', ']', '{', '}', '"', ',', ':', '-', '0', '9', '.', 'e', '<', '\\', '\n', ' ', ';'];

const FROM_MS = Date.parse('2026-03-01T00:00:00.000Z');

const decimalText = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 24n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => {
    const text = digits.toString().padStart(places + 1, '0');
    return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
  });

const numbers = fc.record({
  open: decimalText,
  high: decimalText,
  low: decimalText,
  close: decimalText,
  volume: decimalText,
});

/**
 * More than twenty thousand inputs: text of any kind, JSON of any kind, a good answer with something broken in it, and
 * good answers. Nothing is thrown, whatever leaves is complete and in order, and good bars come out as they went in.
 */
export function standsAnyAnswer({ read, write, timeframes }: FuzzedParser): void {
  const good = fc
    .record({
      timeframe: fc.constantFrom(...timeframes),
      places: fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 8 }),
      made: fc.array(numbers, { minLength: 9, maxLength: 9 }),
    })
    .map(({ timeframe, places, made }) => {
      const lengthMs = timeframeMs(timeframe);
      const bars = [...places]
        .sort((one, other) => one - other)
        .flatMap((place, index) => {
          const bar = made[index];
          return bar === undefined ? [] : [{ ...bar, openAtMs: FROM_MS + place * lengthMs }];
        });
      const to = instant(FROM_MS + 61 * lengthMs);
      const asked: BarsAsked = { symbol: 'BTC', timeframe, calendar: roundTheClock, from: instant(FROM_MS), to };
      const [last = { open: '1', high: '1', low: '1', close: '1', volume: '1' }] = made.slice(-1);
      return { asked, bars, text: write(bars, { ...last, openAtMs: epochMs(to) }) };
    });

  const check = (text: string, asked: BarsAsked): Reading => {
    const reading = read(text, asked);
    if (reading.kind !== 'bars') return reading;
    const times = reading.bars.flatMap(({ openAt }) => (openAt === null ? [] : [openAt]));
    const isOrdered = times.every((openAt, index) => index === 0 || (times[index - 1] ?? '') <= openAt);
    const areComplete = times.every(
      (openAt) => openAt >= asked.from && plusMs(openAt, timeframeMs(asked.timeframe)) <= asked.to,
    );
    const areText = reading.bars.every(({ open, high, low, close, volume, raw }) =>
      [open, high, low, close, volume, raw].every((cell) => typeof cell === 'string'),
    );
    if (!isOrdered || !areComplete || !areText) throw new Error(`broken bars: ${JSON.stringify(reading)}`);
    return reading;
  };
  const [anyAsked] = fc.sample(good, { numRuns: 1, seed: 1 });

  it('stands any text', () => {
    if (anyAsked === undefined) throw new Error('there is a sample');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...PUNCTUATION) }));
    fc.assert(
      fc.property(text, (any) => {
        check(any, anyAsked.asked);
      }),
      { numRuns: 7_000 },
    );
  });

  it('stands any JSON', () => {
    if (anyAsked === undefined) throw new Error('there is a sample');
    const row = fc.array(fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.integer(), fc.bigInt().map(String)), {
      maxLength: 12,
    });
    const table = fc.array(row, { maxLength: 6 });
    const json = fc.oneof(
      fc.jsonValue(),
      table,
      fc.record({ error: fc.constant([]), result: fc.record({ PAIR: table, last: fc.integer() }) }),
      fc.record({ status: fc.constantFrom('ok', 'OK', 'error'), results: table, values: table, candles: table }),
    );
    fc.assert(
      fc.property(json, (any) => {
        check(JSON.stringify(any), anyAsked.asked);
      }),
      { numRuns: 7_000 },
    );
  });

  it('stands a good answer with something broken in it', () => {
    const wound = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat({ max: 12 }),
      put: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('null', '[]', '{}', '""', ',', '"', '1e400', '-0', '99999999999999999999', '\u0000', 'NaN'),
      ),
    });
    fc.assert(
      fc.property(good, fc.array(wound, { minLength: 1, maxLength: 3 }), ({ asked, text }, wounds) => {
        const broken = wounds.reduce((left, { at, removed, put }) => {
          const place = Math.floor(at * left.length);
          return left.slice(0, place) + put + left.slice(place + removed);
        }, text);
        check(broken, asked);
      }),
      { numRuns: 5_000 },
    );
  });

  it('lets good bars through as they are, and none that is still going on', () => {
    fc.assert(
      fc.property(good, ({ asked, bars, text }) => {
        const reading = check(text, asked);
        if (reading.kind !== 'bars') throw new Error(`expected bars, got ${JSON.stringify(reading)}`);
        const came = reading.bars.map(({ openAt, open, high, low, close, volume, revision }) => ({
          openAtMs: openAt === null ? null : epochMs(openAt),
          open,
          high,
          low,
          close,
          volume,
          revision,
        }));
        expect(came).toEqual(bars.map((bar) => ({ ...bar, revision: 0 })));
      }),
      { numRuns: 1_500 },
    );
  });
}
