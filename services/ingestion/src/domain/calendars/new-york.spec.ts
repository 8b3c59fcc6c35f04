import { DAY_MS, dayOf, dayText } from './calendar-day.ts';
import { newYorkInstant } from './new-york.ts';

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** What clocks in New York show, by the time-zone database: `YYYY-MM-DD HH:MM`. */
const shown = (at: string): string => clock.format(new Date(at));

describe('New York', () => {
  it.each([
    ['2006-04-01', '2006-04-01T22:00:00.000Z', 'the day before the first Sunday of April 2006'],
    ['2006-04-02', '2006-04-02T21:00:00.000Z', 'the first Sunday of April 2006'],
    ['2006-10-28', '2006-10-28T21:00:00.000Z', 'the day before the last Sunday of October 2006'],
    ['2006-10-29', '2006-10-29T22:00:00.000Z', 'the last Sunday of October 2006'],
    ['2007-03-10', '2007-03-10T22:00:00.000Z', 'the day before the second Sunday of March 2007'],
    ['2007-03-11', '2007-03-11T21:00:00.000Z', 'the second Sunday of March 2007'],
    ['2007-11-03', '2007-11-03T21:00:00.000Z', 'the day before the first Sunday of November 2007'],
    ['2007-11-04', '2007-11-04T22:00:00.000Z', 'the first Sunday of November 2007'],
  ])('shows 17:00 on %s at %s, %s', (day, at) => {
    expect(newYorkInstant(dayOf(day), '17:00')).toBe(at);
  });

  it('agrees with the time-zone database on every morning and evening from 1987 to 2049', () => {
    const wrong: string[] = [];
    for (let day = dayOf('1987-01-01'); day <= dayOf('2049-12-31'); day += DAY_MS) {
      for (const time of ['00:30', '04:00', '09:30', '17:00']) {
        const expected = `${dayText(day)} ${time}`;
        if (shown(newYorkInstant(day, time)) !== expected) wrong.push(expected);
      }
    }
    expect(wrong).toEqual([]);
  });
});
