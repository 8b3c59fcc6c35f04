import { instant, plusMs, timeframeMs } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import { inspectBar } from '../../../domain/rules/inspect-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { CcxtAdapter } from './ccxt.adapter.ts';
import type { LoadCcxt } from './plug-in.ts';

const NUM_RUNS = 20_000;
const PATIENCE_MS = 60_000;

const HOUR_MS = 3_600_000;
const from = instant('2026-11-01T00:00:00.000Z');
const now = plusMs(from, 20 * HOUR_MS);
const asked: BarsAsked = { symbol: 'x:BTC/USD', timeframe: '1h', calendar: roundTheClock, from, to: now };

/** Ours is in front of it, and has tests of its own. */
const caller = {
  run: <T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> => action(new AbortController().signal),
};

/** Whatever JavaScript has: ccxt hands on what its parsers made of an answer. */
const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true });
const time = fc.integer({ min: -3, max: 25 }).map((hours) => Date.parse(from) + hours * HOUR_MS);
const candle = fc.tuple(
  fc.oneof({ weight: 6, arbitrary: time }, { weight: 1, arbitrary: fc.oneof(fc.double(), anything) }),
  ...Array.from({ length: 5 }, () =>
    fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: 0, max: 1e6 }) },
      { weight: 1, arbitrary: fc.oneof(fc.double(), fc.constantFrom(null, undefined, '2.5'), anything) },
    ),
  ),
);
const page = fc.oneof(
  { weight: 4, arbitrary: fc.array(candle, { maxLength: 6 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(candle, anything), { maxLength: 4 }) },
  { weight: 1, arbitrary: anything },
);

class BadSymbol extends Error {}
class NetworkError extends Error {}
const thrown = fc.oneof(
  fc.string({ unit: 'binary' }).map((words) => new BadSymbol(words)),
  fc.string({ unit: 'binary' }).map((words) => new NetworkError(words)),
  fc.constant(new TypeError("Cannot read properties of undefined (reading 'result')")),
  anything,
);
const said = fc.oneof(
  { weight: 8, arbitrary: page.map((value) => ({ value, isThrown: false })) },
  { weight: 1, arbitrary: thrown.map((value) => ({ value, isThrown: true })) },
);

describe('whatever ccxt hands on', () => {
  it(
    'nothing is thrown; what is told is text, in order, complete, and can be judged',
    async () => {
      let bars = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(said, { minLength: 1, maxLength: 3 }),
          anything,
          anything,
          async (answers, headers, body) => {
            const script = [...answers];
            const load: LoadCcxt = () => {
              class x {
                readonly has = { fetchOHLCV: true };
                readonly timeframes = { '1h': '60' };
                readonly last_response_headers = headers;
                readonly last_http_response = body;
                readonly fetchOHLCV = (): Promise<unknown> =>
                  new Promise((resolve, reject) => {
                    const { value, isThrown } = script.shift() ?? { value: [], isThrown: false };
                    (isThrown ? reject : resolve)(value);
                  });
              }
              return Promise.resolve({ x });
            };
            const { answer } = await new CcxtAdapter({ caller }, load).fetchBars(asked);
            if (answer.kind === 'failure' && answer.failure.message === '') throw new Error('a failure without words');
            if (answer.kind === 'garbage' && typeof answer.body !== 'string')
              throw new Error('garbage that is no text');
            if (answer.kind !== 'bars') return;
            // A matcher for every cell of every bar would take most of the time.
            let before = '';
            for (const bar of answer.bars) {
              inspectBar(bar, { calendar: roundTheClock, timeframe: '1h', now });
              const { openAt, open, high, low, close, volume, raw } = bar;
              const areText = [open, high, low, close, volume, raw].every((text) => typeof text === 'string');
              const isInPlace =
                openAt === null || (before <= openAt && openAt >= from && plusMs(openAt, timeframeMs('1h')) <= now);
              if (!areText || !isInPlace) throw new Error(`a broken bar: ${JSON.stringify(bar)}`);
              before = openAt ?? before;
              bars += Number(openAt !== null);
            }
          },
        ),
        { numRuns: NUM_RUNS },
      );
      expect(bars).toBeGreaterThan(NUM_RUNS); // Or nothing was tried but what nobody reads.
    },
    PATIENCE_MS,
  );
});
