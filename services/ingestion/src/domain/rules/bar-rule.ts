import type { BarQuarantined } from '@tocsin/contracts';
import type { Instant, Timeframe } from '@tocsin/domain-kit';
import type { Calendar } from '../calendars/calendar.ts';
import type { CandidateBar } from '../candidate-bar.ts';

/** What a bar is judged against. */
export type BarContext = {
  readonly calendar: Calendar;
  readonly timeframe: Timeframe;
  /** The service's clock when the bar came. */
  readonly now: Instant;
  /** The newest bars of the feed and the newest edition of each, oldest first. */
  readonly recent: readonly { readonly openAt: Instant; readonly revision: number }[];
};

/** One thing that can be wrong with a bar. */
export type BarRule = {
  readonly reason: BarQuarantined['data']['reason'];
  /** What is wrong, with the numbers; null when nothing is. */
  readonly violation: (bar: CandidateBar, context: BarContext) => string | null;
};
