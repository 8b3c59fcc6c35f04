import { instant } from '@tocsin/domain-kit';
import { MemoryLog } from '../../../test/memory-log.ts';
import { defaultCalendars } from '../../domain/calendars/calendars.ts';
import { calendarChecks } from './calendar-checks.ts';

describe('a look at the calendars', () => {
  const inUse = new Set(['XNYS', '24x7', 'GONE']);

  it('is a look at those that feeds are judged by, and that end', () => {
    const at = instant('2027-11-02T08:00:00Z');
    expect(calendarChecks(defaultCalendars, inUse, at).map(({ causeId }) => causeId)).toEqual([
      'calendar:XNYS@2027-11-02T08:00:00.000Z',
    ]);
    expect(calendarChecks(defaultCalendars, new Set(), at)).toEqual([]);
  });

  it('every day says once a month that one runs short', async () => {
    const log = new MemoryLog();
    for (let day = Date.UTC(2027, 9, 1); day < Date.UTC(2028, 0, 10); day += 86_400_000)
      await log.perform(calendarChecks(defaultCalendars, inUse, instant(day)));
    expect(log.kept.map(({ event }) => event)).toMatchObject([
      { type: 'CalendarRanShort', data: { calendarId: 'XNYS', daysLeft: 59, at: '2027-11-02T00:00:00.000Z' } },
      { type: 'CalendarRanShort', data: { calendarId: 'XNYS', daysLeft: 30, at: '2027-12-01T00:00:00.000Z' } },
      { type: 'CalendarRanShort', data: { calendarId: 'XNYS', daysLeft: 0, at: '2028-01-01T00:00:00.000Z' } },
    ]);
  });
});
