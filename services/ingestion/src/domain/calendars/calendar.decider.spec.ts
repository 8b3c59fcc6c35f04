import type { CalendarRanShort } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { calendarDecider, type CheckCalendar } from './calendar.decider.ts';

const { given } = specify(calendarDecider);

const coversUntil = instant('2027-12-31T21:00:00Z');
const november = instant('2027-11-02T08:00:00Z');
const december = instant('2027-12-01T00:00:00Z');

const check = (at: Instant, changes: Partial<CheckCalendar['data']> = {}): CheckCalendar => ({
  type: 'CheckCalendar',
  data: { calendarId: 'XNYS', calendarVersion: '2027.1', coversUntil, at, ...changes },
});
const ranShort = (at: Instant, daysLeft: number, calendarVersion = '2027.1'): CalendarRanShort => ({
  type: 'CalendarRanShort',
  data: { calendarId: 'XNYS', calendarVersion, coversUntil, daysLeft, at },
});

describe('a calendar', () => {
  it('is quiet while sixty whole days are left, or where it never ends', () => {
    given()
      .when(check(instant('2027-11-01T21:00:00.000Z')))
      .thenNothing();
    given()
      .when(check(november, { coversUntil: null }))
      .thenNothing();
  });

  it('is said to run short from the first millisecond below sixty days', () => {
    const at = instant('2027-11-01T21:00:00.001Z');
    given().when(check(at)).then(ranShort(at, 59));
  });

  it('is said to run short once in a month, and again in the next', () => {
    given(ranShort(november, 59))
      .when(check(instant('2027-11-30T23:59:59.999Z')))
      .thenNothing();
    given(ranShort(november, 59)).when(check(december)).then(ranShort(december, 30));
    given(ranShort(november, 59), ranShort(december, 30)).when(check(december)).thenNothing();
    given(ranShort(december, 30)).when(check(november)).thenNothing();
  });

  it('is said to run short for each of its versions, and for none twice', () => {
    const other = check(november, { calendarVersion: '2027.2' });
    given(ranShort(november, 59))
      .when(other)
      .then(ranShort(november, 59, '2027.2'));
    given(ranShort(november, 59), ranShort(november, 59, '2027.2'))
      .when(other)
      .thenNothing();
    given(ranShort(november, 59), ranShort(november, 59, '2027.2'))
      .when(check(november))
      .thenNothing();
  });

  it('goes on to say so once it has ended, with no day left', () => {
    const later = instant('2028-03-01T00:00:00Z');
    given().when(check(later)).then(ranShort(later, 0));
  });
});
