/** A day without a time zone, as midnight UTC in milliseconds, so that days are counted and compared as numbers. */
export type CalendarDay = number;

/** One day of 24 hours; civil days here never have another length, because they carry no time zone. */
export const DAY_MS = 86_400_000;

/** The day that `text` (`YYYY-MM-DD`) names; NaN when it names none, also for days such as 31 February. */
export function dayOf(text: string): CalendarDay {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
  return Number.isNaN(day) || dayText(day) === text ? day : Number.NaN;
}

/** `YYYY-MM-DD`. */
export const dayText = (day: CalendarDay): string => new Date(day).toISOString().slice(0, 10);

/** 0 is Sunday, 6 is Saturday. */
export const weekdayOf = (day: CalendarDay): number => new Date(day).getUTCDay();

/** The `nth` (1 to 5) given weekday of a month (1 to 12). */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): CalendarDay {
  const first = Date.UTC(year, month - 1, 1);
  const toFirst = (weekday - weekdayOf(first) + 7) % 7;
  return first + (toFirst + (nth - 1) * 7) * DAY_MS;
}

/** The last given weekday of a month (1 to 12). */
export function lastWeekday(year: number, month: number, weekday: number): CalendarDay {
  const last = Date.UTC(year, month, 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7) * DAY_MS;
}
