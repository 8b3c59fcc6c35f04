import type { Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { anyMarket, bar } from '../../../test/markets.ts';
import type { BarWindow, PriceBar } from '../bar-window.ts';
import type { Candle } from '../reading.ts';
import type { OpenHold, OpenTrade } from './open-signals.ts';
import { HORIZON_BARS, outcomeOf } from './outcome.ts';

/** Twenty bars between 99 and 101, so that ATR14 is 2; the signal is about the last of them, which closes at 100. */
const BEFORE = 20;
const swing: Partial<Candle> = { open: 100, high: 101, low: 99, close: 100 };
const before: BarWindow = Array.from({ length: BEFORE }, (_, at) => bar(at, swing));
const barOpenAt: Instant = bar(BEFORE - 1, swing).openAt;

/** The bars after the signal: those that are named, and still ones at 100 for the rest of its time. */
const after = (named: Readonly<Record<number, Partial<Candle>>> = {}, count = HORIZON_BARS): BarWindow =>
  Array.from({ length: count }, (_, at) => bar(BEFORE + at, named[at + 1] ?? { open: 100, close: 100 }));

const buy: OpenTrade = { signal: 'BUY', barOpenAt, confidence: 0.75, stop: 97, target: 106 };
const sell: OpenTrade = { signal: 'SELL', barOpenAt, confidence: 0.75, stop: 103, target: 94 };
const hold: OpenHold = { signal: 'HOLD', barOpenAt, confidence: 0.6 };
const of = (signal: OpenTrade | OpenHold, path: BarWindow) => outcomeOf(signal, [...before, ...path]);

describe('a signal to act', () => {
  it.each([
    ['BUY', buy, { 7: { high: 106 } }],
    ['SELL', sell, { 7: { low: 94 } }],
  ] as const)('%s is a hit when its target is touched first, and gains what it promised', (_name, signal, path) => {
    expect(of(signal, after(path))).toEqual({
      outcome: 'target',
      touchedAfterBars: 7,
      returnBps: 600,
      returnR: 2,
      isHit: true,
      brierScore: 0.0625,
      horizonBarOpenAt: bar(BEFORE + HORIZON_BARS - 1, 100).openAt,
    });
  });

  it.each([
    ['BUY', buy, { 3: { low: 97 }, 4: { high: 120 } }],
    ['SELL', sell, { 3: { high: 103 }, 4: { low: 80 } }],
  ] as const)('%s is a miss when its stop is touched first, whatever comes after', (_name, signal, path) => {
    expect(of(signal, after(path))).toMatchObject({
      outcome: 'stop',
      touchedAfterBars: 3,
      returnBps: -300,
      returnR: -1,
      isHit: false,
      brierScore: 0.5625,
    });
  });

  it.each([
    ['BUY', buy],
    ['SELL', sell],
  ] as const)('%s counts as stopped where one bar touched both', (_name, signal) => {
    expect(of(signal, after({ 5: { low: 94, high: 106 } }))).toMatchObject({ outcome: 'stop', touchedAfterBars: 5 });
  });

  it('is left at the open where that lies beyond the stop, and never for more than the target', () => {
    expect(of(buy, after({ 2: { open: 95, close: 96 } }))).toMatchObject({ outcome: 'stop', returnBps: -500 });
    expect(of(sell, after({ 2: { open: 105, close: 104 } }))).toMatchObject({ outcome: 'stop', returnBps: -500 });
    expect(of(buy, after({ 2: { open: 110, close: 111 } }))).toMatchObject({ outcome: 'target', returnBps: 600 });
    expect(of(sell, after({ 2: { open: 90, close: 89 } }))).toMatchObject({ outcome: 'target', returnBps: 600 });
  });

  it('that touched nothing ends at the last close, and missed', () => {
    const path = after({ [HORIZON_BARS]: { open: 100, close: 101.5 } });
    expect(of(buy, path)).toMatchObject({
      outcome: 'neither',
      touchedAfterBars: null,
      returnBps: 150,
      returnR: 0.5,
      isHit: false,
    });
    expect(of(sell, path)).toMatchObject({ outcome: 'neither', returnBps: -150, returnR: -0.5, isHit: false });
  });

  it('touches a level with its very last bar, and not with the one after or its own', () => {
    expect(of(buy, after({ [HORIZON_BARS]: { high: 106 } }))).toMatchObject({
      outcome: 'target',
      touchedAfterBars: 20,
    });
    expect(of(buy, after({ [HORIZON_BARS + 1]: { high: 106 } }, HORIZON_BARS + 1))).toMatchObject({
      outcome: 'neither',
    });
    const ownBar = before.with(-1, { ...bar(BEFORE - 1, swing), high: 200 });
    expect(outcomeOf(buy, [...ownBar, ...after()])).toMatchObject({ outcome: 'neither' });
  });

  it('misses a level by the last digit', () => {
    expect(of(buy, after({ 1: { high: 105.999 }, 2: { low: 97.001 } }))).toMatchObject({ outcome: 'neither' });
  });

  it('has no return in units of its risk where its close was told otherwise and lies on the stop', () => {
    const toldOtherwise = before.with(-1, { ...bar(BEFORE - 1, swing), close: 97 });
    expect(outcomeOf(buy, [...toldOtherwise, ...after()])).toMatchObject({ returnR: null });
  });
});

describe('a signal to do nothing', () => {
  it.each([
    [102, 'held', 200],
    [98, 'held', -200],
    [102.001, 'left', 200.1],
    [97.999, 'left', -200.1],
  ] as const)('that ends at %d has %s: the band is one ATR14 of its own bar', (close, outcome, returnBps) => {
    const isHit = outcome === 'held';
    expect(of(hold, after({ [HORIZON_BARS]: { open: 100, close } }))).toEqual({
      outcome,
      touchedAfterBars: null,
      returnBps,
      returnR: null,
      isHit,
      brierScore: isHit ? 0.16 : 0.36,
      horizonBarOpenAt: bar(BEFORE + HORIZON_BARS - 1, 100).openAt,
    });
  });

  it('is not wrong for where the price was in between', () => {
    expect(of(hold, after({ 10: { high: 200, low: 10 } }))).toMatchObject({ outcome: 'held' });
  });
});

describe('the time of a signal', () => {
  it('is twenty closed bars, and not over one bar before', () => {
    expect(of(buy, after({}, HORIZON_BARS - 1))).toBeNull();
    expect(of(buy, after({}, HORIZON_BARS))).not.toBeNull();
  });

  it('cannot be over where its own bar is not in the window', () => {
    expect(outcomeOf(buy, after({}, 40))).toBeNull();
  });
});

describe('any signal', () => {
  const scaled = (window: BarWindow, k: number): BarWindow =>
    window.map(({ open, high, low, close, ...rest }: PriceBar) => ({
      ...rest,
      open: open * k,
      high: high * k,
      low: low * k,
      close: close * k,
    }));
  const mirrored = (window: BarWindow, k: number): BarWindow =>
    window.map(({ open, high, low, close, ...rest }: PriceBar) => ({
      ...rest,
      open: k - open,
      high: k - low,
      low: k - high,
      close: k - close,
    }));
  const market = anyMarket({ min: 60, max: 60 });
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const AT = 30;
  const tradeIn = (window: BarWindow, confidence: number): OpenTrade => {
    const { close = 0, openAt = barOpenAt } = window[AT] ?? {};
    return { signal: 'BUY', barOpenAt: openAt, confidence, stop: close - 30, target: close + 60 };
  };

  it('has one outcome within its bounds, and no later bar changes it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(market, chance, (window, confidence) => {
        const trade = tradeIn(window, confidence);
        const outcome = outcomeOf(trade, window);
        expect(outcome).toEqual(outcomeOf(trade, window.slice(0, AT + 1 + HORIZON_BARS)));
        expect(outcome).not.toBeNull();
        if (outcome === null) return;
        seen.add(outcome.outcome);
        expect(outcome.brierScore).toBeGreaterThanOrEqual(0);
        expect(outcome.brierScore).toBeLessThanOrEqual(1);
        expect(outcome.isHit).toBe(outcome.outcome === 'target');
        expect(outcome.returnR).toBeLessThanOrEqual(2);
        if (outcome.outcome === 'stop') expect(outcome.returnR).toBeLessThanOrEqual(-1);
      }),
    );
    expect([...seen].sort()).toEqual(['neither', 'stop', 'target']); // All three happen, or the dice are loaded.
  });

  it('comes to the same in any unit of price, and a SELL in the mirror to the same as a BUY', () => {
    fc.assert(
      fc.property(market, chance, (window, confidence) => {
        const trade = tradeIn(window, confidence);
        const inCents = { ...trade, stop: trade.stop * 64, target: trade.target * 64 }; // A power of two scales exactly.
        expect(outcomeOf(inCents, scaled(window, 64))).toEqual(outcomeOf(trade, window));

        const k = 2 ** 20;
        const sellIt: OpenTrade = { ...trade, signal: 'SELL', stop: k - trade.stop, target: k - trade.target };
        const { outcome, touchedAfterBars, isHit, brierScore } = outcomeOf(trade, window) ?? {};
        expect(outcomeOf(sellIt, mirrored(window, k))).toMatchObject({ outcome, touchedAfterBars, isHit, brierScore });
      }),
    );
  });
});
