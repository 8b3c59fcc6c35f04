import { DAY_MS, dayOf, dayText, weekdayOf, type CalendarDay } from './calendar-day.ts';
import type { Calendar, Session } from './calendar.ts';
import { newYorkInstant } from './new-york.ts';
import { SessionTable } from './session-table.ts';

/** Where the trading day turns in New York, all year round; 21:00 or 22:00 UTC. */
const DAY_TURNS_AT = '17:00';

/** Years before 2000 are for indicators that look back; the last one is far enough for a process that lives long. */
const FIRST_DAY = dayOf('1999-01-04');
const LAST_DAY = dayOf('2049-12-31');

const isTradingDay = (day: CalendarDay): boolean => weekdayOf(day) >= 1 && weekdayOf(day) <= 5;

/** An FX day opens on the evening before: Monday's on Sunday. */
const sessionOfDay = (day: CalendarDay): Session => ({
  tradingOn: dayText(day),
  openAt: newYorkInstant(day - DAY_MS, DAY_TURNS_AT),
  closeAt: newYorkInstant(day, DAY_TURNS_AT),
});

function* sessions(): Generator<Session> {
  for (let day = FIRST_DAY; day <= LAST_DAY; day += DAY_MS) {
    if (isTradingDay(day)) yield sessionOfDay(day);
  }
}

/**
 * The week of foreign exchange: Sunday 17:00 to Friday 17:00 in New York, five trading days without a break between.
 * Holidays and maintenance breaks differ by provider and are not in this version.
 */
export const fx24x5: Calendar = new SessionTable({
  id: 'FX_24x5',
  version: '1',
  nominalDayMs: DAY_MS,
  sessions: [...sessions()],
});
