import type { Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { calendar } from '../../calendar.entity.ts';
import type { CalendarBook } from '../../domain/calendars/calendar-book.ts';

/**
 * What is to be told to the log once a day, so that a calendar that comes to its end is said in time: a look at each
 * calendar that a feed is judged by.
 */
export const calendarChecks = (
  calendars: CalendarBook,
  inUse: ReadonlySet<string>,
  at: Instant,
): readonly Observation[] =>
  calendars.all
    .filter(({ id, coversUntil }) => coversUntil !== null && inUse.has(id))
    .map(({ id: calendarId, version: calendarVersion, coversUntil }) => ({
      causeId: `calendar:${calendarId}@${at}`,
      time: at,
      intentions: [
        to(calendar, calendarId, { type: 'CheckCalendar', data: { calendarId, calendarVersion, coversUntil, at } }),
      ],
    }));
