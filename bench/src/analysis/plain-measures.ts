import type { BarWindow, Measures } from '@tocsin/analysis/analysing';

/**
 * The measures of a window as one would write them down at first: whole series in plain arrays, one after the other,
 * without a library. Source: Wilder, "New Concepts in Technical Trading Systems" (1978); Appel; Bollinger.
 */
export function plainMeasures(window: BarWindow): Measures {
  const closes = window.map(({ close }) => close);
  const close = last(closes);
  const ema50s = ema(closes, 50);
  const ranges = window.map(({ high, low }, at) => {
    const before = window[at - 1]?.close ?? low;
    return Math.max(high, before) - Math.min(low, before);
  });
  const atr14 = wilder(ranges, 14);
  const fourth = closes.filter((_, at) => (closes.length - 1 - at) % 4 === 0);
  const fast = ema(closes, 12);
  const line = ema(closes, 26).map((slow, at) => (fast[at] ?? 0) - slow);
  const twenty = closes.slice(-20);
  const middle = mean(twenty);
  const deviation = Math.sqrt(mean(twenty.map((each) => (each - middle) ** 2)));
  const volumes = window.slice(-20).map(({ volume }) => volume);
  const noise = 1e-9 * close;
  return {
    close,
    ema20: last(ema(closes, 20)),
    ema50: last(ema50s),
    ema50Before: ema50s.at(-11) ?? Number.NaN,
    adx14: adx(window, noise),
    rsi14: rsi(closes),
    macdHistogram: last(line) - last(ema(line.slice(25), 9)),
    atr14: last(atr14),
    atr14AtRange: atr14.at(-40) ?? Number.NaN,
    bands: { lower: middle - 2 * deviation, middle, upper: middle + 2 * deviation },
    relativeVolume: mean(volumes) > 0 ? last(volumes) / mean(volumes) : null,
    higher: { close, ema20: last(ema(fourth, 20)), ema50: last(ema(fourth, 50)) },
    noise,
  };
}

function ema(values: readonly number[], n: number): readonly number[] {
  const out: number[] = [];
  for (const value of values) {
    const before = out.at(-1);
    out.push(before === undefined ? value : (2 * value + (n - 1) * before) / (n + 1));
  }
  return out;
}

function wilder(values: readonly number[], n: number): readonly number[] {
  const out = [mean(values.slice(0, n))];
  for (const value of values.slice(n)) out.push(((n - 1) * last(out) + value) / n);
  return out;
}

function rsi(closes: readonly number[]): number {
  const steps = closes.slice(1).map((close, at) => close - (closes[at] ?? close));
  const up = last(
    wilder(
      steps.map((step) => Math.max(step, 0)),
      14,
    ),
  );
  const down = last(
    wilder(
      steps.map((step) => Math.max(-step, 0)),
      14,
    ),
  );
  return up + down > 0 ? (100 * up) / (up + down) : 50;
}

function adx(window: BarWindow, noise: number): number {
  const moves = window.map(({ high, low }, at) => {
    const before = window[at - 1];
    const [up, down] = before === undefined ? [0, 0] : [high - before.high, before.low - low];
    return { up: up > 0 && up - down > noise ? up : 0, down: down > 0 && down - up > noise ? down : 0 };
  });
  const plus = wilder(
    moves.map(({ up }) => up),
    14,
  );
  const minus = wilder(
    moves.map(({ down }) => down),
    14,
  );
  const directions = plus.map((up, at) => {
    const down = minus[at] ?? 0;
    return up + down > 0 ? (100 * Math.abs(up - down)) / (up + down) : 0;
  });
  return last(wilder(directions, 14));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
