import { isAbove, isAtLeast } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** How near to the average the low has to come, from either side of it. */
const NEAR_ATR = 0.25;

/** The price came back to its average and closed away from it again, on the counted side. */
export const pullback: Rule = {
  name: 'pullback',
  needsBars: 20,
  holds: ({ bar, ema20, atr14, noise }) =>
    isAtLeast(NEAR_ATR * atr14, Math.abs(bar.low - ema20), noise) && isAbove(bar.close, ema20, noise),
};
