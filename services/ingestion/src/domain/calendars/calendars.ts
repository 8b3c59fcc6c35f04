import type { Calendar, CalendarId } from './calendar.ts';
import { fx24x5 } from './fx-24x5.ts';
import { roundTheClock } from './round-the-clock.ts';
import { xnys } from './xnys.ts';

const CALENDARS: Readonly<Record<CalendarId, Calendar>> = { '24x7': roundTheClock, FX_24x5: fx24x5, XNYS: xnys };

const isCalendarId = (id: string): id is CalendarId => Object.hasOwn(CALENDARS, id);

/**
 * The newest version of a calendar.
 * @throws {RangeError} when there is none of that name.
 */
export function calendarOf(id: string): Calendar {
  if (!isCalendarId(id))
    throw new RangeError(`there is no calendar '${id}'; there are ${Object.keys(CALENDARS).join(', ')}`);
  return CALENDARS[id];
}
