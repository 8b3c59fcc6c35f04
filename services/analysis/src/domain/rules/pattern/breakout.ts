import { isAbove } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** How many bars before this one make the extreme that is to be broken. */
const EXTREME_BARS = 20;

/** The close is beyond the extreme of the twenty bars before. */
export const breakout: Rule = {
  name: 'breakout',
  needsBars: EXTREME_BARS + 1,
  holds: ({ candles, bar, noise }) => {
    const before = candles.slice(-EXTREME_BARS - 1, -1);
    return isAbove(bar.close, Math.max(...before.map(({ high }) => high)), noise);
  },
};
