import { isAbove, isAtLeast } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** The wick is at least so many bodies long, and takes at least so much of the bar's range. */
const WICK = { bodies: 2, ofRange: 0.6 } as const;

/** The market tried the other side within the bar and was thrown back. */
export const pinBar: Rule = {
  name: 'pin-bar',
  needsBars: 1,
  holds: ({ bar: { open, high, low, close }, noise }) => {
    const wick = Math.min(open, close) - low;
    const body = Math.abs(close - open);
    return (
      isAbove(wick, 0, noise) &&
      isAtLeast(wick, WICK.bodies * body, noise) &&
      isAtLeast(wick, WICK.ofRange * (high - low), noise)
    );
  },
};
