import { instant } from '@tocsin/domain-kit';
import { calendarOf } from '../../domain/calendars/calendars.ts';
import { dayAfter, daysAsked } from './days-asked.ts';

const days = (calendarId: string, from: string, to: string): string => {
  const { first, last } = daysAsked({ calendar: calendarOf(calendarId), from: instant(from), to: instant(to) });
  return `${first} to ${last}`;
};

describe('the days that a question is about', () => {
  it.each([
    [
      'the first begins with the question and the last is over',
      'XNYS',
      '2020-01-02T14:30:00Z',
      '2020-01-03T21:00:00Z',
      '2020-01-02 to 2020-01-03',
    ],
    [
      'one that is going on is none',
      'XNYS',
      '2020-01-02T14:30:00Z',
      '2020-01-03T20:59:59.999Z',
      '2020-01-02 to 2020-01-02',
    ],
    ['a weekend has none', 'XNYS', '2020-01-03T21:00:00Z', '2020-01-06T21:00:00Z', '2020-01-06 to 2020-01-06'],
    [
      'neither has a week without a market',
      'XNYS',
      '2001-09-10T13:30:00Z',
      '2001-09-17T19:00:00Z',
      '2001-09-10 to 2001-09-10',
    ],
    [
      'an FX day bears the date of its close',
      'FX_24x5',
      '2020-01-01T22:00:00Z',
      '2020-01-03T22:00:00Z',
      '2020-01-02 to 2020-01-03',
    ],
    [
      'a market that never closes has days of UTC',
      '24x7',
      '2020-01-02T00:00:00Z',
      '2020-01-04T00:00:00Z',
      '2020-01-02 to 2020-01-03',
    ],
    [
      'there is always one to ask for',
      '24x7',
      '2020-01-02T00:00:00Z',
      '2020-01-02T00:01:00Z',
      '2020-01-02 to 2020-01-02',
    ],
    [
      'beyond its calendar a day is one of UTC',
      'XNYS',
      '2060-03-01T15:00:00Z',
      '2060-03-04T15:00:00Z',
      '2060-03-01 to 2060-03-04',
    ],
  ])('%s', (_, calendarId, from, to, expected) => {
    expect(days(calendarId, from, to)).toBe(expected);
  });

  it('are counted over the ends of months and years', () => {
    expect([dayAfter('2020-02-28'), dayAfter('2020-12-31')]).toEqual(['2020-02-29', '2021-01-01']);
  });
});
