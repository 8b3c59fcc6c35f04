import { isAbove } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** The slower average has risen over the last ten bars. */
export const trendSlope: Rule = {
  name: 'trend-slope',
  needsBars: 60,
  holds: ({ ema50, ema50Before, noise }) => isAbove(ema50, ema50Before, noise),
};
