import type { BarWindow } from '../../domain/bar-window.ts';
import type { Side } from '../../domain/bias.ts';
import { REWARD, STOP_ATR } from '../../domain/exit-levels.ts';
import { HORIZON_BARS, outcomeOf } from '../../domain/outcome/outcome.ts';

/** What came of a trade. */
export interface TradeResult {
  /** Whether the target was touched before the stop, in time. */
  readonly won: boolean;
  /** The gain as a multiple of what was risked, without costs. */
  readonly gainR: number;
}

/**
 * Follows a trade that was entered at the close of bar `at`, as live signals are followed: what training learns is what
 * `SignalScored` will tell. Null where its time is not over, even if its end has come.
 */
export function firstTouch(side: Side, bars: BarWindow, at: number, atr14: number): TradeResult | null {
  const entered = bars[at];
  if (entered === undefined) return null;
  const { close, openAt } = entered;
  const risk = side === 'long' ? STOP_ATR * atr14 : -STOP_ATR * atr14;
  const signal = side === 'long' ? 'BUY' : 'SELL';
  const trade = {
    signal,
    barOpenAt: openAt,
    confidence: 0,
    stop: close - risk,
    target: close + REWARD * risk,
  } as const;
  const result = outcomeOf(trade, bars.slice(at, at + 1 + HORIZON_BARS));
  return result === null || result.returnR === null ? null : { won: result.isHit, gainR: result.returnR };
}

/** What holding for as long came to, whatever was in between, as a multiple of the same risk. */
export function held(bars: BarWindow, at: number, atr14: number): number {
  const [entered, last] = [bars[at], bars[at + HORIZON_BARS]];
  if (entered === undefined || last === undefined) return Number.NaN;
  return (last.close - entered.close) / (STOP_ATR * atr14);
}
