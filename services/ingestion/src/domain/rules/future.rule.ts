import { plusMs } from '@tocsin/domain-kit';
import { barCloseOf } from '../bar-grid.ts';
import { CLOCK_SKEW_MS } from '../freshness.ts';
import type { BarRule } from './bar-rule.ts';

/** A complete bar closed in the past, but for the skew of two clocks. Judged on the wall clock, open market or not. */
export const futureRule: BarRule = {
  reason: 'FUTURE_BAR',
  violation: ({ openAt }, { calendar, timeframe, now }) => {
    if (openAt === null) return null;
    const latest = plusMs(now, CLOCK_SKEW_MS);
    // The opening is asked first: a date far ahead may lie beyond what the calendar knows.
    const endsAt = openAt > latest ? openAt : barCloseOf(calendar, timeframe, openAt);
    return endsAt !== null && endsAt > latest
      ? { field: 'openAt', detail: `the bar reaches ${endsAt}, and it is ${now}` }
      : null;
  },
};
