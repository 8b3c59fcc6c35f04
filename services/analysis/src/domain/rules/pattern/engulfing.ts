import { isAbove, isAtLeast } from '../../comparison.ts';
import type { Rule } from '../rule.ts';

/** A body with the counted side covers the whole body before it, and more. A bar without a body is nothing to cover. */
export const engulfing: Rule = {
  name: 'engulfing',
  needsBars: 2,
  holds: ({ bar, previous, noise }) => {
    const top = Math.max(previous.open, previous.close);
    const bottom = Math.min(previous.open, previous.close);
    return (
      isAbove(top, bottom, noise) &&
      isAtLeast(bar.close, top, noise) &&
      isAtLeast(bottom, bar.open, noise) &&
      isAbove(bar.close - bar.open, top - bottom, noise)
    );
  },
};
