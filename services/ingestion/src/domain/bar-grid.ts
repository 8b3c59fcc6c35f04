import { earlierOf, epochMs, instant, plusMs, timeframeMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import type { Calendar } from './calendars/calendar.ts';

/** The times of one bar. */
export type BarSpan = { readonly openAt: Instant; readonly closeAt: Instant };

/** Market time of one nominal bar, `C` of the specification, in milliseconds. */
export const nominalBarMs = (calendar: Calendar, timeframe: Timeframe): number =>
  timeframe === '1d' ? calendar.nominalDayMs : timeframeMs(timeframe);

/**
 * The first bar that closes after `at`. Bars are counted from the session's opening and end with its close, so that
 * the last one of a session may be shorter; a day bar is the whole trading day.
 */
export function barClosingAfter(calendar: Calendar, timeframe: Timeframe, at: Instant): BarSpan {
  const { openAt, closeAt } = timeframe === '1d' ? calendar.tradingDayFrom(at) : calendar.sessionFrom(at);
  if (timeframe === '1d') return { openAt, closeAt };
  const lengthMs = timeframeMs(timeframe);
  const wholeBars = Math.max(0, Math.floor((epochMs(at) - epochMs(openAt)) / lengthMs));
  const barOpenAt = plusMs(openAt, wholeBars * lengthMs);
  return { openAt: barOpenAt, closeAt: earlierOf(plusMs(barOpenAt, lengthMs), closeAt) };
}

/** When the bar that opens at `openAt` closes; null when no bar of this market opens then. */
export function barCloseOf(calendar: Calendar, timeframe: Timeframe, openAt: Instant): Instant | null {
  if (!calendar.covers(openAt)) return null;
  const bar = barClosingAfter(calendar, timeframe, openAt);
  return bar.openAt === openAt ? bar.closeAt : null;
}

/** The bars that close after `after` and not after `until`, oldest first. */
export function* barsBetween(
  calendar: Calendar,
  timeframe: Timeframe,
  after: Instant,
  until: Instant,
): Generator<BarSpan> {
  let bar = barClosingAfter(calendar, timeframe, after);
  while (bar.closeAt <= until) {
    yield bar;
    bar = barClosingAfter(calendar, timeframe, bar.closeAt);
  }
}

/** The longest that a bar may be on its way before it counts as missed, where nobody says otherwise: `g`. */
export function defaultFeedLatencyMs(calendar: Calendar, timeframe: Timeframe): number {
  return timeframe === '1d' ? 7_200_000 : Math.min(30_000, nominalBarMs(calendar, timeframe) / 10);
}

/** The opening of a trading day by its date; a day without one starts at midnight UTC, and no bar opens then. */
export const dayBarOpenAt = (calendar: Calendar, tradingOn: string): Instant =>
  calendar.sessionOn(tradingOn)?.openAt ?? instant(`${tradingOn}T00:00:00.000Z`);
