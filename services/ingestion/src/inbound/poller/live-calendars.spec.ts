import { readFileSync } from 'node:fs';
import { validatePolicy } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { MemoryLog } from '../../../test/memory-log.ts';
import { defaultCalendars } from '../../domain/calendars/calendars.ts';
import { customCalendar } from '../../domain/calendars/custom-calendar.ts';
import { LiveCalendars } from './live-calendars.ts';

const file = new URL('../../../../../proto-schemas/policy/calendar.good/xetr.json', import.meta.url);
const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
validatePolicy('calendar', document);
const xetra = (version: string) => customCalendar({ ...document, version });

describe('the calendars that are in force', () => {
  it('are those of the newest configuration, and each that left it in its newest edition', () => {
    const calendars = new LiveCalendars();
    calendars.take(defaultCalendars.with([xetra('1')]));
    calendars.take(defaultCalendars.with([xetra('2')]));
    calendars.take(defaultCalendars);
    expect(calendars.of('XETR').version).toBe('2');
    expect(calendars.has('XNYS')).toBe(true);
  });

  it('are looked at every day, and once a month it is said that one runs short', async () => {
    const calendars = new LiveCalendars();
    const log = new MemoryLog();
    for (let day = Date.UTC(2027, 9, 1); day < Date.UTC(2028, 0, 10); day += 86_400_000)
      await log.perform(calendars.check(instant(day)));
    expect(log.kept.map(({ event }) => event)).toMatchObject([
      { type: 'CalendarRanShort', data: { calendarId: 'XNYS', daysLeft: 59, at: '2027-11-02T00:00:00.000Z' } },
      { type: 'CalendarRanShort', data: { calendarId: 'XNYS', daysLeft: 30, at: '2027-12-01T00:00:00.000Z' } },
      { type: 'CalendarRanShort', data: { calendarId: 'XNYS', daysLeft: 0, at: '2028-01-01T00:00:00.000Z' } },
    ]);
  });
});
