import { ATR, BollingerBands, EMA, MACD, RSI } from 'trading-signals';
import { assert } from '@tocsin/domain-kit';
import type { BarWindow } from '../bar-window.ts';
import type { Trend } from '../bias.ts';
import { NOISE } from '../comparison.ts';
import { DirectionalIndex } from './directional-index.ts';
import { relativeVolume } from './relative-volume.ts';
import { RANGE_BARS } from './spring.ts';
import { WilderAverage } from './wilder-average.ts';

/** How many bars make one of the higher timeframe. The groups are counted from the newest bar, so all are complete. */
export const HIGHER_TIMEFRAME_BARS = 4;

/** How many bars back the slope of EMA50 is measured. */
export const SLOPE_BARS = 10;

/** Over how many bars the Bollinger bands are drawn. */
export const BAND_BARS = 20;

/** What the rules know of a window, each as of its newest bar. */
export interface Measures extends Trend {
  /** EMA50 `SLOPE_BARS` bars ago. */
  readonly ema50Before: number;
  /** Wilder's average directional index, 0 to 100. */
  readonly adx14: number;
  /** Wilder's relative strength index, 0 to 100. */
  readonly rsi14: number;
  /** MACD (12, 26) minus its signal line (9), in units of price. */
  readonly macdHistogram: number;
  /** Wilder's average true range, in units of price. */
  readonly atr14: number;
  /** ATR14 as of the first of the newest `RANGE_BARS` bars. */
  readonly atr14AtRange: number;
  /** Bollinger bands (20, 2). */
  readonly bands: { readonly lower: number; readonly middle: number; readonly upper: number };
  /** See `relativeVolume`. */
  readonly relativeVolume: number | null;
  /** The averages of the higher timeframe's closes. */
  readonly higher: Trend;
  /** Prices of this window nearer than this are the same price. */
  readonly noise: number;
}

/**
 * Measures a window. Every indicator starts afresh with the window's oldest bar, so equal windows give equal bytes.
 * @throws {NotEnoughDataError} when the window is shorter than the longest warm-up, that of `higher`.
 */
export function measure(window: BarWindow): Measures {
  const newest = window.length - 1;
  const noise = NOISE * Math.abs(window[newest]?.close ?? 0);

  const ema20 = new EMA(20);
  const ema50 = new EMA(50);
  const macd = new MACD(new EMA(12), new EMA(26), new EMA(9));
  const rsi14 = new RSI(14, WilderAverage);
  const atr14 = new ATR(14, WilderAverage);
  const adx14 = new DirectionalIndex(14, noise);
  const bands = new BollingerBands(BAND_BARS, 2);
  const higher20 = new EMA(20);
  const higher50 = new EMA(50);

  let close = Number.NaN;
  let ema50Before = Number.NaN;
  let atr14AtRange = Number.NaN;
  window.forEach((bar, at) => {
    close = bar.close;
    ema20.add(close);
    ema50.add(close);
    macd.add(close);
    rsi14.add(close);
    atr14.add(bar);
    adx14.add(bar);
    if (newest - at < BAND_BARS) bands.add(close);
    if (newest - at === SLOPE_BARS) ema50Before = ema50.getResultOrThrow();
    if (newest - at === RANGE_BARS - 1) atr14AtRange = atr14.getResultOrThrow();
    if ((newest - at) % HIGHER_TIMEFRAME_BARS === 0) {
      higher20.add(close);
      higher50.add(close);
    }
  });

  const measures = {
    close,
    ema20: ema20.getResultOrThrow(),
    ema50: ema50.getResultOrThrow(),
    ema50Before,
    adx14: adx14.getResultOrThrow(),
    rsi14: rsi14.getResultOrThrow(),
    macdHistogram: macd.getResultOrThrow().histogram,
    atr14: atr14.getResultOrThrow(),
    atr14AtRange,
    bands: bands.getResultOrThrow(),
    relativeVolume: relativeVolume(window),
    higher: { close, ema20: higher20.getResultOrThrow(), ema50: higher50.getResultOrThrow() },
    noise,
  };
  assert(isFinite(measures), 'every measure of a window is a number');
  return measures;
}

/** A comparison with NaN is false without a word, so one must not get as far as the rules. */
const isFinite = ({ bands, higher, relativeVolume, ...rest }: Measures): boolean =>
  [...Object.values(rest), ...Object.values(bands), higher.ema20, higher.ema50, relativeVolume ?? 0].every(
    Number.isFinite,
  );
