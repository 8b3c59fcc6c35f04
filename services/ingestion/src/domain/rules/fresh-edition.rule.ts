import type { BarRule } from './bar-rule.ts';

/** A bar comes once in each edition: a second telling of the newest bars is no news. */
export const freshEditionRule: BarRule = {
  reason: 'DUPLICATE',
  violation: ({ openAt, revision }, { recent }) => {
    const known = recent.find((bar) => bar.openAt === openAt);
    if (known === undefined || revision > known.revision) return null;
    return `edition ${revision} of the bar of ${known.openAt} came after edition ${known.revision}`;
  },
};
