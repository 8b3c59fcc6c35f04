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
};

/** What is wrong with a bar: with which of its fields, and the numbers. */
export type Complaint = { readonly field: Exclude<keyof CandidateBar, 'revision' | 'raw'>; readonly detail: string };

/** One thing that can be wrong with a bar. */
export type BarRule = {
  readonly reason: BarQuarantined['data']['reason'];
  /** Null when nothing is wrong. */
  readonly violation: (bar: CandidateBar, context: BarContext) => Complaint | null;
};
