import { isSpring, RANGE_BARS } from '../../measures/spring.ts';
import type { Rule } from '../rule.ts';

/** The market dipped out of its range against the counted side and came back: a spring for long, an upthrust for short. */
export const springUpthrust: Rule = {
  name: 'spring-upthrust',
  needsBars: RANGE_BARS,
  holds: ({ candles, atr14, noise }) => isSpring(candles, atr14, noise),
};
