import { instant, type Instant } from '@tocsin/domain-kit';
import { lastWeekday, nthWeekday, type CalendarDay } from './calendar-day.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SUNDAY = 0;

/**
 * The first and the last day of daylight saving time in New York; on both the clocks change at 02:00 local time.
 * Source: Uniform Time Act as amended in 1986 (first Sunday of April to last of October) and by the Energy Policy Act
 * of 2005 (second Sunday of March to first of November, from 2007). Earlier years are not wanted here.
 */
function daylightSaving(year: number): { readonly first: CalendarDay; readonly last: CalendarDay } {
  return year >= 2007
    ? { first: nthWeekday(year, 3, SUNDAY, 2), last: nthWeekday(year, 11, SUNDAY, 1) }
    : { first: nthWeekday(year, 4, SUNDAY, 1), last: lastWeekday(year, 10, SUNDAY) };
}

/**
 * The moment at which clocks in New York show `time` (`HH:MM`) on `day`, from 1987 on.
 * Times from 01:00 to 03:00 on the two days of change are ambiguous or do not exist; no market opens or closes then.
 */
export function newYorkInstant(day: CalendarDay, time: string): Instant {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  const { first, last } = daylightSaving(new Date(day).getUTCFullYear());
  const wall = day + hours * HOUR_MS + minutes * MINUTE_MS;
  const isDaylight = wall >= first + 2 * HOUR_MS && wall < last + 2 * HOUR_MS;
  return instant(wall + (isDaylight ? 4 : 5) * HOUR_MS);
}
