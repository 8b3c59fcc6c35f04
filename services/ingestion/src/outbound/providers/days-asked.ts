import { epochMs } from '@tocsin/domain-kit';
import { DAY_MS, dayOf, dayText } from '../../domain/calendars/calendar-day.ts';
import type { BarsAsked } from './adapter.ts';

/** No market of ours stays closed for longer. */
const CLOSED_DAYS_MAX = 14;

/** The trading days (`YYYY-MM-DD`) whose bars were asked for: the first, and the last that was over by `to`. */
export function daysAsked({ calendar, from, to }: Pick<BarsAsked, 'calendar' | 'from' | 'to'>): {
  readonly first: string;
  readonly last: string;
} {
  const first = calendar.covers(from) ? calendar.tradingDayFrom(from).tradingOn : dayText(epochMs(from));
  // A trading day may bear the date of the day on which it ends, or in the east of UTC that of tomorrow.
  const newest = epochMs(to) + DAY_MS;
  for (let day = newest; day > newest - CLOSED_DAYS_MAX * DAY_MS; day -= DAY_MS) {
    const session = calendar.sessionOn(dayText(day));
    if (session !== null && session.closeAt <= to) return { first, last: laterDay(first, session.tradingOn) };
  }
  return { first, last: laterDay(first, dayText(epochMs(to))) };
}

const laterDay = (one: string, other: string): string => (one < other ? other : one);

/** The day after `day`. */
export const dayAfter = (day: string): string => dayText(dayOf(day) + DAY_MS);
