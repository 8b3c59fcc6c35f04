import { sp500 } from '../../../test/markets.ts';
import { WINDOW_BARS, type BarWindow } from '../bar-window.ts';
import { measure } from './measures.ts';

/**
 * The formulas as their authors give them, written out over whole series and without the library: Wilder, "New Concepts
 * in Technical Trading Systems" (1978), for ATR, RSI and ADX; Appel for MACD; Bollinger for the bands.
 */
const textbook = {
  ema(values: readonly number[], n: number): number[] {
    const out: number[] = [];
    for (const value of values)
      out.push(out.length === 0 ? value : (2 * value + (n - 1) * (out.at(-1) ?? 0)) / (n + 1));
    return out;
  },
  wilder(values: readonly number[], n: number): number[] {
    const out = [values.slice(0, n).reduce((a, b) => a + b) / n];
    for (const value of values.slice(n)) out.push(((n - 1) * (out.at(-1) ?? 0) + value) / n);
    return out;
  },
  trueRanges: (bars: BarWindow): number[] =>
    bars.map(({ high, low }, at) => {
      const before = bars[at - 1]?.close ?? low; // The first bar has only its own range.
      return Math.max(high, before) - Math.min(low, before);
    }),
};

const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
const closes = (bars: BarWindow): number[] => bars.map(({ close }) => close);

function rsi(bars: BarWindow): number {
  const steps = closes(bars)
    .map((close, at, all) => close - (all[at - 1] ?? close))
    .slice(1);
  const up = last(
    textbook.wilder(
      steps.map((step) => Math.max(step, 0)),
      14,
    ),
  );
  const down = last(
    textbook.wilder(
      steps.map((step) => Math.max(-step, 0)),
      14,
    ),
  );
  return (100 * up) / (up + down);
}

function adx(bars: BarWindow): number {
  const moves = bars.map(({ high, low }, at) => {
    const before = bars[at - 1];
    const up = before ? high - before.high : 0;
    const down = before ? before.low - low : 0;
    return { up: up > down && up > 0 ? up : 0, down: down > up && down > 0 ? down : 0 };
  });
  const plus = textbook.wilder(
    moves.map(({ up }) => up),
    14,
  );
  const minus = textbook.wilder(
    moves.map(({ down }) => down),
    14,
  );
  const dx = plus.map((up, at) => (100 * Math.abs(up - (minus[at] ?? 0))) / (up + (minus[at] ?? 0)));
  return last(textbook.wilder(dx, 14));
}

function macdHistogram(bars: BarWindow): number {
  const fast = textbook.ema(closes(bars), 12);
  const line = textbook.ema(closes(bars), 26).map((slow, at) => (fast[at] ?? 0) - slow);
  return last(line) - last(textbook.ema(line.slice(25), 9));
}

describe('the measures of real S&P 500 bars', () => {
  const bars = sp500();
  // The crash of October 2008, a calm summer, the bottom of March 2020, and the last day of the file.
  const days = ['2008-10-10', '2017-07-14', '2020-03-23', '2020-04-17'];
  const windows = days.map((day) => {
    const end = bars.findIndex(({ openAt }) => openAt.startsWith(day)) + 1;
    return [day, bars.slice(end - WINDOW_BARS, end)] as const;
  });

  it.each(windows)('agree with the textbook on %s', (_, window) => {
    const measures = measure(window);
    const close = closes(window);
    const twenty = close.slice(-20);
    const mean = twenty.reduce((a, b) => a + b) / 20;
    const deviation = Math.sqrt(twenty.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 20);
    const fourth = close.filter((_, at) => (WINDOW_BARS - 1 - at) % 4 === 0);

    expect(measures.ema20).toBeCloseTo(last(textbook.ema(close, 20)), 8);
    expect(measures.ema50).toBeCloseTo(last(textbook.ema(close, 50)), 8);
    expect(measures.ema50Before).toBeCloseTo(last(textbook.ema(close.slice(0, -10), 50)), 8);
    expect(measures.rsi14).toBeCloseTo(rsi(window), 8);
    expect(measures.atr14).toBeCloseTo(last(textbook.wilder(textbook.trueRanges(window), 14)), 8);
    expect(measures.adx14).toBeCloseTo(adx(window), 8);
    expect(measures.macdHistogram).toBeCloseTo(macdHistogram(window), 8);
    expect(measures.bands.middle).toBeCloseTo(mean, 8);
    expect(measures.bands.upper).toBeCloseTo(mean + 2 * deviation, 8);
    expect(measures.bands.lower).toBeCloseTo(mean - 2 * deviation, 8);
    expect(measures.higher.ema20).toBeCloseTo(last(textbook.ema(fourth, 20)), 8);
    expect(measures.higher.ema50).toBeCloseTo(last(textbook.ema(fourth, 50)), 8);
    expect(measures.close).toBe(last(close));
  });

  it('need two hundred bars, because the higher timeframe does', () => {
    expect(() => measure(bars.slice(0, 196))).toThrow('50');
    expect(measure(bars.slice(0, 200)).close).toBe(bars[199]?.close);
  });
});
