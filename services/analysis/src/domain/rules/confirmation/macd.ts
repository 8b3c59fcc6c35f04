import { isAbove } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** MACD (12, 26) is ahead of its signal line (9). */
export const macd: Rule = {
  name: 'macd',
  needsBars: 34,
  holds: ({ macdHistogram, noise }) => isAbove(macdHistogram, 0, noise),
};
