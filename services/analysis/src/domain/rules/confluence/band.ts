import { isAbove, isAtLeast } from '../../comparison.ts';
import { BAND_BARS } from '../../measures/measures.ts';
import type { Rule } from '../rule.ts';

/** The close is past the Bollinger middle and has not left the outer band. */
export const band: Rule = {
  name: 'band',
  needsBars: BAND_BARS,
  holds: ({ bar, middleBand, outerBand, noise }) =>
    isAbove(bar.close, middleBand, noise) && isAtLeast(outerBand, bar.close, noise),
};
