import { readFileSync } from 'node:fs';
import { validatePolicy } from '@tocsin/contracts';
import { CalendarBook } from './calendar-book.ts';
import { calendarOf, defaultCalendars } from './calendars.ts';
import { customCalendar } from './custom-calendar.ts';
import { fx24x5 } from './fx-24x5.ts';
import { roundTheClock } from './round-the-clock.ts';
import { xnys } from './xnys.ts';

const file = new URL('../../../../../proto-schemas/policy/calendar.good/xetr.json', import.meta.url);
const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
validatePolicy('calendar', document);
const xetra = customCalendar(document);
const otherXnys = customCalendar({ ...document, id: 'XNYS', version: 'mine' });

describe('a book of calendars', () => {
  it('gives each by its name, and tells the names where there is none', () => {
    expect(defaultCalendars.of('XNYS')).toBe(xnys);
    expect(calendarOf('FX_24x5')).toBe(fx24x5);
    expect(defaultCalendars.ids).toEqual(['24x7', 'FX_24x5', 'XNYS']);
    expect(() => defaultCalendars.of('XETR')).toThrow(
      new RangeError("there is no calendar 'XETR'; there are 24x7, FX_24x5, XNYS"),
    );
    expect(['XNYS', 'XETR', 'toString'].map((id) => defaultCalendars.has(id))).toEqual([true, false, false]);
  });

  it('never changes: with more calendars it is another book, in which a newer one takes the place of an older', () => {
    const book = defaultCalendars.with([xetra, otherXnys]);
    expect(book.ids).toEqual(['24x7', 'FX_24x5', 'XETR', 'XNYS']);
    expect(book.of('XNYS')).toBe(otherXnys);
    expect(defaultCalendars.of('XNYS')).toBe(xnys);
    expect(defaultCalendars.has('XETR')).toBe(false);
  });

  it('has no two calendars of one name', () => {
    expect(() => new CalendarBook([xnys, otherXnys])).toThrow('no two calendars of a book have one id');
  });

  it('tells of each up to when it knows', () => {
    expect([xnys, xetra, roundTheClock, fx24x5].map(({ coversUntil }) => coversUntil)).toEqual([
      '2027-12-31T21:00:00.000Z',
      '2027-12-30T13:00:00.000Z',
      null,
      '2049-12-31T22:00:00.000Z',
    ]);
  });
});
