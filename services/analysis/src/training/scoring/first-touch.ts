import type { BarWindow } from '../../domain/bar-window.ts';
import type { Side } from '../../domain/bias.ts';
import { REWARD, STOP_ATR } from '../../domain/exit-levels.ts';

/** A trade is given up this many bars after its entry, at the close. */
export const WITHIN_BARS = 20;

/** What came of a trade. */
export interface TradeResult {
  /** Whether the target was touched before the stop, in time. */
  readonly won: boolean;
  /** The gain as a multiple of what was risked, without costs. */
  readonly gainR: number;
}

/**
 * Follows a trade that was entered at the close of bar `at`. One bar that touches both counts as the stop, because
 * nobody knows which was first. A bar that opens beyond the stop is left at its open; one that opens beyond the target
 * is paid the target. Null where fewer than `WITHIN_BARS` bars follow: its end is not known, even if it has come.
 */
export function firstTouch(side: Side, bars: BarWindow, at: number, atr14: number): TradeResult | null {
  const entered = bars[at];
  const last = bars[at + WITHIN_BARS];
  if (entered === undefined || last === undefined) return null;

  const risk = STOP_ATR * atr14;
  const gainAt = (price: number): number => (side === 'long' ? price - entered.close : entered.close - price) / risk;
  for (const bar of bars.slice(at + 1, at + 1 + WITHIN_BARS)) {
    const [worst, best] = side === 'long' ? [bar.low, bar.high] : [bar.high, bar.low];
    if (gainAt(worst) <= -1) return { won: false, gainR: Math.min(-1, gainAt(bar.open)) };
    if (gainAt(best) >= REWARD) return { won: true, gainR: REWARD };
  }
  return { won: false, gainR: gainAt(last.close) };
}

/** What holding for as long came to, whatever was in between. */
export function held(bars: BarWindow, at: number, atr14: number): number {
  const [entered, last] = [bars[at], bars[at + WITHIN_BARS]];
  if (entered === undefined || last === undefined) return Number.NaN;
  return (last.close - entered.close) / (STOP_ATR * atr14);
}
