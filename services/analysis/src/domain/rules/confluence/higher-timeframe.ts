import { HIGHER_TIMEFRAME_BARS } from '../../measures/measures.ts';
import type { Rule } from '../rule.ts';

/** The timeframe four times as long has the same bias. */
export const higherTimeframe: Rule = {
  name: 'higher-timeframe',
  needsBars: 50 * HIGHER_TIMEFRAME_BARS,
  holds: ({ higherBias }) => higherBias === 'long',
};
