import { DAY_MS, dayOf, dayText, weekdayOf } from './calendar-day.ts';
import type { Calendar, Session } from './calendar.ts';
import { newYorkInstant } from './new-york.ts';
import { SessionTable } from './session-table.ts';
import { EARLY_CLOSES, HOLIDAYS, LATE_OPENS, SPECIAL_CLOSURES } from './xnys.days.ts';

const OPENS_AT = '09:30';
const CLOSES_AT = '16:00';
const CLOSES_EARLY_AT = '13:00';

const daysOf = (byYear: Readonly<Record<number, string>>): ReadonlySet<string> =>
  new Set(Object.entries(byYear).flatMap(([year, days]) => days.split(' ').map((day) => `${year}-${day}`)));

const holidays = daysOf(HOLIDAYS);
const earlyCloses = daysOf(EARLY_CLOSES);
const years = Object.keys(HOLIDAYS);

function* sessions(): Generator<Session> {
  const last = dayOf(`${years.at(-1) ?? ''}-12-31`);
  for (let day = dayOf(`${years[0] ?? ''}-01-01`); day <= last; day += DAY_MS) {
    const tradingOn = dayText(day);
    const isWeekend = weekdayOf(day) === 0 || weekdayOf(day) === 6;
    if (isWeekend || holidays.has(tradingOn) || Object.hasOwn(SPECIAL_CLOSURES, tradingOn)) continue;
    yield {
      tradingOn,
      openAt: newYorkInstant(day, LATE_OPENS[tradingOn] ?? OPENS_AT),
      closeAt: newYorkInstant(day, earlyCloses.has(tradingOn) ? CLOSES_EARLY_AT : CLOSES_AT),
    };
  }
}

/**
 * The New York Stock Exchange, 1999 to 2027: 09:30 to 16:00 in New York.
 * Beyond its last year it answers with a RangeError: guessing holidays would be worse than stopping.
 */
export const xnys: Calendar = new SessionTable({
  id: 'XNYS',
  version: '2027.1',
  nominalDayMs: 23_400_000,
  sessions: [...sessions()],
});
