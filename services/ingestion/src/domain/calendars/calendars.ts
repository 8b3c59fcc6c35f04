import { CalendarBook } from './calendar-book.ts';
import type { Calendar } from './calendar.ts';
import { fx24x5 } from './fx-24x5.ts';
import { roundTheClock } from './round-the-clock.ts';
import { xnys } from './xnys.ts';

/** The calendars of the house. */
export const defaultCalendars = new CalendarBook([roundTheClock, fx24x5, xnys]);

/**
 * A calendar of the house.
 * @throws {RangeError} when there is none of that name.
 */
export const calendarOf = (id: string): Calendar => defaultCalendars.of(id);
