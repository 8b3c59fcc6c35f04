import { epochMs, instant, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { fx24x5 } from '../../../domain/calendars/fx-24x5.ts';
import type { Failure } from '../../../domain/feed.commands.ts';
import type { Answer, Ask } from '../provider.ts';
import type { Incident } from './script.ts';
import { SimulatedProvider, type SimulatedOptions } from './simulated.provider.ts';

const at = (time: string): Instant => instant(`2001-03-19T${time}:00.000Z`);

const failure: Failure = { failureSource: 'provider', errorCode: 'PROVIDER_ERROR', message: 'no', retryAfterMs: null };
const down: Answer = { kind: 'failure', failure };

/** Eight hours of history, then eight hours of feed. */
const options = (incidents: readonly Incident[] = [], seed = 42): SimulatedOptions => ({
  calendar: fx24x5,
  timeframe: '15m',
  backfillFrom: at('00:00'),
  beginAt: at('08:00'),
  endAt: at('16:00'),
  seed,
  startPrice: 0.9,
  volatility: 0.001,
  digits: 5,
  incidents,
});

const asksOf = (provider: SimulatedProvider): readonly Ask[] => {
  const asks: Ask[] = [];
  for (let ask = provider.nextAsk(at('08:00')); ask !== null; ask = provider.nextAsk(ask.at)) asks.push(ask);
  return asks;
};

const told = (provider: SimulatedProvider, time: string, attempt = 1): unknown => {
  const answer = provider.ask({ barCloseAt: at(time), attempt });
  return answer.kind === 'bars'
    ? answer.bars.map(({ openAt, revision }) => `${openAt?.slice(11, 16) ?? ''} ${revision}`)
    : answer;
};

describe('the simulated provider', () => {
  it('is the same in every run of one seed, and another for another', () => {
    const story = (seed: number): unknown => {
      const provider = new SimulatedProvider(options([{ kind: 'silence', closeAt: at('09:00'), bars: 2 }], seed));
      const answers = asksOf(provider).map(({ barCloseAt }) => provider.ask({ barCloseAt, attempt: 1 }));
      return [provider.begin(), asksOf(provider), answers];
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        expect(story(seed)).toEqual(story(seed));
        expect(story(seed)).not.toEqual(story(seed + 1));
      }),
      { numRuns: 5 },
    );
  }, 30_000);

  it('goes on after any moment with what comes after it, whoever asks', () => {
    const asks = asksOf(new SimulatedProvider(options()));
    expect(asks).toHaveLength(32);
    fc.assert(
      fc.property(fc.integer({ min: epochMs(at('08:00')), max: epochMs(at('17:00')) }), (ms) => {
        const fresh = new SimulatedProvider(options());
        expect(fresh.nextAsk(instant(ms))).toEqual(asks.find((ask) => epochMs(ask.at) > ms) ?? null);
      }),
      { numRuns: 50 },
    );
  });

  it('tells bars of one unbroken walk whose prices stand in order', () => {
    const provider = new SimulatedProvider(options());
    const { answer } = provider.begin();
    const live = asksOf(provider).map(({ barCloseAt }) => provider.ask({ barCloseAt, attempt: 1 }));
    const bars = [answer, ...live].flatMap((each) => (each.kind === 'bars' ? each.bars : []));
    expect(bars).toHaveLength(64);
    for (const [index, { open, high, low, close, volume }] of bars.entries()) {
      expect(open).toBe(bars[index - 1]?.close ?? '0.90000');
      expect(
        Number(low) <= Math.min(Number(open), Number(close)) && Number(high) >= Math.max(Number(open), Number(close)),
      ).toBe(true);
      expect(Number(volume)).toBeGreaterThan(0);
    }
  });

  it('fails for a while, and then tells what it held back', () => {
    const provider = new SimulatedProvider(options([{ kind: 'outage', closeAt: at('09:00'), bars: 2, failure }]));
    expect([told(provider, '09:00'), told(provider, '09:00', 5), told(provider, '09:15')]).toEqual([down, down, down]);
    expect(told(provider, '09:30')).toEqual(['08:45 0', '09:00 0', '09:15 0']);
  });

  it('stumbles over its first attempts', () => {
    const body = '<html></html>';
    const provider = new SimulatedProvider(
      options([
        { kind: 'stutter', closeAt: at('09:00'), attempts: 2, failure },
        { kind: 'garbage', closeAt: at('10:00'), attempts: 1, body },
      ]),
    );
    expect([told(provider, '09:00', 1), told(provider, '09:00', 2), told(provider, '09:00', 3)]).toEqual([
      down,
      down,
      ['08:45 0'],
    ]);
    expect([told(provider, '10:00', 1), told(provider, '10:00', 2)]).toEqual([{ kind: 'garbage', body }, ['09:45 0']]);
  });

  it('is silent about bars that never were', () => {
    const provider = new SimulatedProvider(options([{ kind: 'silence', closeAt: at('09:00'), bars: 2 }]));
    expect([told(provider, '09:00'), told(provider, '09:15'), told(provider, '09:30')]).toEqual([[], [], ['09:15 0']]);
  });

  it.each([
    ['high-below-close', ['08:45 0'], ['08:45 1', '09:00 0']],
    ['not-a-number', ['08:45 0'], ['08:45 1', '09:00 0']],
    ['price-of-zero', ['08:45 0'], ['08:45 1', '09:00 0']],
    ['negative-volume', ['08:45 0'], ['08:45 1', '09:00 0']],
    ['told-twice', ['08:45 0', '08:45 0'], ['09:00 0']],
    ['old-bar-again', ['02:45 0', '08:45 0'], ['09:00 0']],
    ['between-two-bars', ['08:38 0', '08:45 0'], ['09:00 0']],
    ['from-tomorrow', ['08:45 0', '08:45 0'], ['09:00 0']],
    ['corrected-later', ['08:45 0'], ['08:45 1', '09:00 0']],
  ] as const)('tells a bar that is %s', (defect, now, next) => {
    const provider = new SimulatedProvider(options([{ kind: 'defect', closeAt: at('09:00'), defect }]));
    expect([told(provider, '09:00'), told(provider, '09:15')]).toEqual([now, next]);
  });

  it('refuses a script about a bar that its market does not have', () => {
    expect(() => new SimulatedProvider(options([{ kind: 'silence', closeAt: at('09:07'), bars: 1 }]))).toThrow(
      'where the script has a silence',
    );
  });
});
