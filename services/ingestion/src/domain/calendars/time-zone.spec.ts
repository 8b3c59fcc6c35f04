import { instant, isTimeZone, TimeZone, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { DAY_MS, dayOf } from './calendar-day.ts';
import { newYorkInstant } from './new-york.ts';
import { wallMs } from './week.ts';

/** When clocks of a zone show `time` on `day`. */
const shows = (zone: string, day: string, time: string): Instant =>
  instant(new TimeZone(zone).epochMsOf(dayOf(day) + wallMs(time)));

describe('a time zone', () => {
  it.each([
    ['Asia/Tokyo', '2026-05-01', '09:00', '2026-05-01T00:00:00.000Z', 'never changes'],
    ['Asia/Kolkata', '2026-05-01', '09:15', '2026-05-01T03:45:00.000Z', 'is half an hour off'],
    ['Europe/Berlin', '2026-03-28', '09:00', '2026-03-28T08:00:00.000Z', 'the day before the change'],
    ['Europe/Berlin', '2026-03-29', '01:59', '2026-03-29T00:59:00.000Z', 'the minute before the change'],
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:00:00.000Z', 'within the hour that is skipped'],
    ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00:00.000Z', 'after the change'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z', 'the first of two'],
    ['Europe/Berlin', '2026-10-25', '03:00', '2026-10-25T02:00:00.000Z', 'after the hour that is there twice'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30:00.000Z', 'within the half hour that is skipped'],
    ['Australia/Sydney', '2026-01-15', '10:00', '2026-01-14T23:00:00.000Z', 'in a summer of the south'],
    ['Africa/Casablanca', '2026-02-14', '09:30', '2026-02-14T08:30:00.000Z', 'before Ramadan'],
    ['Africa/Casablanca', '2026-02-16', '09:30', '2026-02-16T09:30:00.000Z', 'in Ramadan'],
    ['UTC', '2026-02-16', '09:30', '2026-02-16T09:30:00.000Z', 'is UTC'],
  ])('%s shows on %s at %s the moment %s (%s)', (zone, day, time, at) => {
    expect(shows(zone, day, time)).toBe(at);
  });

  it('is one that the database knows', () => {
    expect(['Europe/Berlin', 'UTC', 'Europe/Berln', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(() => new TimeZone('Europe/Berln')).toThrow(RangeError);
  });

  it('of New York agrees with the rules that are written down here, whatever the moment', () => {
    const newYork = new TimeZone('America/New_York');
    const day = fc.integer({ min: dayOf('1987-01-01') / DAY_MS, max: dayOf('2049-12-31') / DAY_MS });
    fc.assert(
      fc.property(day, fc.constantFrom('00:00', '04:00', '09:30', '13:00', '17:00', '23:59'), (days, time) => {
        expect(instant(newYork.epochMsOf(days * DAY_MS + wallMs(time)))).toBe(newYorkInstant(days * DAY_MS, time));
      }),
    );
  });

  it.each(['Europe/London', 'America/St_Johns', 'Pacific/Chatham', 'Africa/Casablanca', 'Asia/Gaza'])(
    'never turns the order of the wall round (%s)',
    (zone) => {
      const clock = new TimeZone(zone);
      const wall = fc.integer({ min: dayOf('1990-01-01') / 60_000, max: dayOf('2045-01-01') / 60_000 });
      fc.assert(
        fc.property(wall, fc.integer({ min: 0, max: 300 }), (minutes, more) => {
          const [one, other] = [clock.epochMsOf(minutes * 60_000), clock.epochMsOf((minutes + more) * 60_000)];
          expect(one <= other).toBe(true);
        }),
      );
    },
  );
});
