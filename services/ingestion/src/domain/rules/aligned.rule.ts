import { barCloseOf } from '../bar-grid.ts';
import type { BarRule } from './bar-rule.ts';

/** A bar begins when a bar of its market begins: on the grid of its timeframe, and while the market is open. */
export const alignedRule: BarRule = {
  reason: 'MISALIGNED',
  violation: ({ openAt }, { calendar, timeframe }) => {
    if (openAt === null) return { field: 'openAt', detail: 'the time of the bar cannot be read' };
    if (barCloseOf(calendar, timeframe, openAt) !== null) return null;
    return { field: 'openAt', detail: `no ${timeframe} bar of ${calendar.id} ${calendar.version} opens at ${openAt}` };
  },
};
