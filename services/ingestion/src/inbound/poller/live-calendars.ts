import type { Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { calendar as calendarEntity } from '../../calendar.entity.ts';
import type { CalendarBook } from '../../domain/calendars/calendar-book.ts';
import type { Calendar } from '../../domain/calendars/calendar.ts';
import { defaultCalendars } from '../../domain/calendars/calendars.ts';
import type { Calendars } from '../../domain/feed.ts';

/**
 * The calendars in their newest version. One that left the configuration stays known to this process, because feeds that
 * are still watched by it must not fail to be judged.
 */
export class LiveCalendars implements Calendars {
  #book: CalendarBook = defaultCalendars;

  readonly of = (id: string): Calendar => this.#book.of(id);

  readonly has = (id: string): boolean => this.#book.has(id);

  take(book: CalendarBook): void {
    this.#book = this.#book.with(book.all);
  }

  /** Looks at each calendar, for those that come to their end. */
  check(at: Instant): readonly Observation[] {
    return this.#book.all.map(({ id, version, coversUntil }) => ({
      causeId: `calendar:${id}:${version}@${at}`,
      time: at,
      intentions: [
        to(calendarEntity, id, {
          type: 'CheckCalendar',
          data: { calendarId: id, calendarVersion: version, coversUntil, at },
        }),
      ],
    }));
  }
}
