import { assert } from '@tocsin/domain-kit';
import type { Calendar, CalendarId } from './calendar.ts';

/**
 * The calendars that there are, each in one version. A book never changes: who reads the files again makes another
 * one, so that whoever is in the middle of a decision finishes it by the book with which it began.
 */
export class CalendarBook {
  readonly #byId: ReadonlyMap<CalendarId, Calendar>;

  constructor(calendars: readonly Calendar[]) {
    this.#byId = new Map(calendars.map((calendar) => [calendar.id, calendar]));
    assert(this.#byId.size === calendars.length, 'no two calendars of a book have one id');
  }

  /** In the order in which they came. */
  get all(): readonly Calendar[] {
    return [...this.#byId.values()];
  }

  get ids(): readonly CalendarId[] {
    return [...this.#byId.keys()];
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** @throws {RangeError} when there is none of that name; it names those that there are. */
  of(id: string): Calendar {
    const calendar = this.#byId.get(id);
    if (calendar === undefined) throw new RangeError(`there is no calendar '${id}'; there are ${this.ids.join(', ')}`);
    return calendar;
  }

  /** A book with these too; one takes the place of another of its id. */
  with(calendars: readonly Calendar[]): CalendarBook {
    const own = new CalendarBook(calendars);
    return new CalendarBook([...this.all.filter(({ id }) => !own.has(id)), ...calendars]);
  }
}
