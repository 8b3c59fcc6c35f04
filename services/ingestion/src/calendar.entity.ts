import type { CalendarRanShort } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import { calendarDecider, type CheckCalendar, type ShortCalendar } from './domain/calendars/calendar.decider.ts';

/** One calendar as it comes to its end; its id is the key. */
export const calendar: EntityType<CheckCalendar, CalendarRanShort, ShortCalendar> = {
  type: 'calendar',
  decider: calendarDecider,
};
