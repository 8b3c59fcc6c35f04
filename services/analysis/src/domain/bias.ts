import { isAbove } from './comparison.ts';

/** A side of the market. */
export type Side = 'long' | 'short';

/** The side that the averages agree on, if they do. */
export type Bias = Side | 'none';

/** Two averages and the price they are of. */
export interface Trend {
  readonly close: number;
  readonly ema20: number;
  readonly ema50: number;
}

/** Long if EMA20 is above EMA50 and the close above EMA20; short if both are reversed; else none. */
export function biasOf({ close, ema20, ema50 }: Trend, noise: number): Bias {
  if (isAbove(ema20, ema50, noise) && isAbove(close, ema20, noise)) return 'long';
  if (isAbove(ema50, ema20, noise) && isAbove(ema20, close, noise)) return 'short';
  return 'none';
}

/**
 * The side whose points are counted: the bias, or without one the side of EMA50 that the close is on. A close that is
 * level with EMA50 takes the side of EMA20, then the long one.
 */
export function countedSide(bias: Bias, { close, ema20, ema50 }: Trend, noise: number): Side {
  if (bias !== 'none') return bias;
  if (isAbove(close, ema50, noise)) return 'long';
  if (isAbove(ema50, close, noise)) return 'short';
  return isAbove(ema50, ema20, noise) ? 'short' : 'long';
}
