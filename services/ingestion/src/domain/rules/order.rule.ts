import type { BarRule } from './bar-rule.ts';

/** Bars come oldest first. Only a new edition of a bar that is still remembered may go back. */
export const orderRule: BarRule = {
  reason: 'OUT_OF_ORDER',
  violation: ({ openAt }, { recent }) => {
    const newest = recent.at(-1);
    if (openAt === null || newest === undefined || openAt > newest.openAt) return null;
    if (recent.some((bar) => bar.openAt === openAt)) return null;
    return `the bar of ${openAt} came after that of ${newest.openAt}`;
  },
};
