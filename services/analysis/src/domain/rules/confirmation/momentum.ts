import { isAbove, NOISE } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** RSI between these, neither included: momentum with the counted side that is not exhausted yet. */
const GOING_RSI = { above: 50, below: 70 } as const;

/** Momentum goes with the counted side. */
export const momentum: Rule = {
  name: 'momentum',
  needsBars: 15,
  holds: ({ rsi14 }) => isAbove(rsi14, GOING_RSI.above, NOISE) && isAbove(GOING_RSI.below, rsi14, NOISE),
};
