import { isAbove } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** The faster average is ahead of the slower one. */
export const trendOrder: Rule = {
  name: 'trend-order',
  needsBars: 50,
  holds: ({ ema20, ema50, noise }) => isAbove(ema20, ema50, noise),
};
