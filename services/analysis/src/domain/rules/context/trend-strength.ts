import { isAtLeast, NOISE } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** From this ADX on a market is said to trend at all, whichever way. Wilder drew the line between 20 and 25. */
const TRENDING_ADX = 20;

/** There is a trend to go with. */
export const trendStrength: Rule = {
  name: 'trend-strength',
  needsBars: 27,
  holds: ({ adx14 }) => isAtLeast(adx14, TRENDING_ADX, NOISE),
};
