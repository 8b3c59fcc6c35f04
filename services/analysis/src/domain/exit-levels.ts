import { decimalOf, toNumber, type Decimal } from '@tocsin/domain-kit';
import type { Side } from './bias.ts';

/** The stop lies this many ATR14 from the close. */
export const STOP_ATR = 1.5;

/** The target lies this many times as far from the close as the stop does. */
export const REWARD = 2;

/** Digits after the point that a level may have. */
const PLACES_MAX = 15;

/** A bar's prices as they were said, digit for digit. */
export interface QuotedBar {
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
}

/** Where a trade would be given up, and where it would be closed with a gain. */
export interface ExitLevels {
  readonly stopLoss: Decimal;
  readonly takeProfit: Decimal;
}

/**
 * The levels of a trade entered at the bar's close; null when one of them would be no price, because the market moves
 * more than it is worth. The target is counted from the stop as published, so that the two agree to the last digit.
 */
export function exitLevels(side: Side, bar: QuotedBar, atr14: number): ExitLevels | null {
  const places = placesFor(bar, atr14);
  const close = toNumber(bar.close);
  const away = side === 'long' ? -1 : 1;

  const stopLoss = decimalOf(close + away * STOP_ATR * atr14, places);
  const risk = Math.abs(close - toNumber(stopLoss));
  const takeProfit = decimalOf(close - away * REWARD * risk, places);
  return toNumber(stopLoss) > 0 && toNumber(takeProfit) > 0 ? { stopLoss, takeProfit } : null;
}

/** As many digits as the bar was quoted with; more where that is too coarse for a tenth of an ATR. */
function placesFor({ open, high, low, close }: QuotedBar, atr14: number): number {
  let places = Math.max(...[open, high, low, close].map((price) => price.split('.')[1]?.length ?? 0));
  while (places < PLACES_MAX && 10 ** (1 - places) > atr14) places += 1;
  return Math.min(places, PLACES_MAX);
}
