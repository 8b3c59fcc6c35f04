import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import type { BarWindow, PriceBar } from '../src/domain/bar-window.ts';
import type { Candle, Reading } from '../src/domain/reading.ts';

const MINUTES_15 = 900_000;
const FIRST_OPEN = Date.parse('2014-05-05T00:00:00.000Z');

/** The bar number `at` of a made-up 15m market; a plain number is a bar that stood still there. */
export function bar(at: number, prices: number | Partial<Candle>, volume = 100): PriceBar {
  const still = typeof prices === 'number' ? prices : (prices.close ?? 100);
  const { open = still, close = still } = typeof prices === 'number' ? {} : prices;
  const { high = Math.max(open, close), low = Math.min(open, close) } = typeof prices === 'number' ? {} : prices;
  return { openAt: instant(FIRST_OPEN + at * MINUTES_15), open, high, low, close, volume, volumeKind: 'tick' };
}

/** A market that is level: nothing speaks for either side, and no rule holds. ATR14 is 1. */
export function levelReading(difference: Partial<Reading> = {}): Reading {
  const still: Candle = { open: 100, high: 100.5, low: 99.5, close: 100 };
  return {
    candles: Array.from({ length: 40 }, () => still),
    bar: still,
    previous: still,
    ema20: 100,
    ema50: 100,
    ema50Before: 100,
    adx14: 0,
    rsi14: 50,
    macdHistogram: 0,
    atr14: 1,
    middleBand: 100,
    outerBand: 101,
    relativeVolume: 1,
    higherBias: 'none',
    regime: 'TURBULENT',
    phase: 'unknown',
    noise: 1e-7,
    ...difference,
  };
}

/** The S&P 500 by day, 2000-01-03 to 2020-04-17, oldest first (vega-datasets, BSD-3-Clause). */
export function sp500(): BarWindow {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  const rows = readFileSync(new URL('../data/sp500-2000.csv', `file://${entry}`), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return rows.map((row) => {
    const [date = '', open, high, low, close, , volume] = row.split(',');
    return {
      openAt: instant(`${date}T14:30:00.000Z`),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
      volumeKind: 'traded',
    };
  });
}

/** Any market of `bars` bars whose prices are whole ticks between 1 and about 20,000, so that K - p is exact. */
export const anyMarket = (bars: { readonly min: number; readonly max: number }): fc.Arbitrary<BarWindow> =>
  fc
    .array(
      fc.record({
        gap: fc.integer({ min: -3, max: 3 }),
        body: fc.integer({ min: -20, max: 20 }),
        above: fc.integer({ min: 0, max: 12 }),
        below: fc.integer({ min: 0, max: 12 }),
        volume: fc.integer({ min: 0, max: 400 }),
      }),
      { minLength: bars.min, maxLength: bars.max },
    )
    .map((moves) => {
      let last = 10_000;
      return moves.map(({ gap, body, above, below, volume }, at) => {
        const open = Math.max(50, last + gap);
        const close = Math.max(50, open + body);
        last = close;
        return bar(
          at,
          { open, close, high: Math.max(open, close) + above, low: Math.min(open, close) - below },
          volume,
        );
      });
    });
