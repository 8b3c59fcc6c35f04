import { epochMs, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { dayOf } from './calendar-day.ts';
import type { Calendar } from './calendar.ts';
import { calendarOf } from './calendars.ts';
import { fx24x5 } from './fx-24x5.ts';
import { roundTheClock } from './round-the-clock.ts';
import { SessionTable } from './session-table.ts';
import { xnys } from './xnys.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): Instant => instant(text);

describe('the week of foreign exchange', () => {
  it.each([
    ['2001-03-18T21:59:59.999Z', false, 'before Sunday 17:00 in winter'],
    ['2001-03-18T22:00:00.000Z', true, 'at Sunday 17:00 in winter'],
    ['2014-05-04T21:00:00.000Z', true, 'at Sunday 17:00 in summer'],
    ['2014-05-09T20:59:59.999Z', true, 'before Friday 17:00 in summer'],
    ['2014-05-09T21:00:00.000Z', false, 'at Friday 17:00 in summer'],
    ['2006-11-05T21:59:00.000Z', false, 'on the first Sunday of November before 2007, when summer time had ended'],
    ['2007-11-04T22:00:00.000Z', true, 'on the first Sunday of November from 2007, the day when it ends'],
  ])('at %s is open: %s (%s)', (moment, isOpen) => {
    expect(fx24x5.isOpen(at(moment))).toBe(isOpen);
  });

  it('is one unbroken stretch of five trading days', () => {
    const wednesday = at('2014-05-07T12:00:00.000Z');
    expect(fx24x5.openSince(wednesday)).toBe('2014-05-04T21:00:00.000Z');
    expect(fx24x5.nextClose(wednesday)).toBe('2014-05-09T21:00:00.000Z');
    expect(fx24x5.nextOpen(wednesday)).toBe('2014-05-11T21:00:00.000Z');
    expect(fx24x5.sessionFrom(wednesday)).toEqual({
      tradingOn: '2014-05-07',
      openAt: '2014-05-06T21:00:00.000Z',
      closeAt: '2014-05-07T21:00:00.000Z',
    });
  });

  it('has as much market time in a week of change as in any other', () => {
    expect(fx24x5.marketMs(at('2007-03-09T22:00:00.000Z'), at('2007-03-16T21:00:00.000Z'))).toBe(120 * HOUR_MS);
    expect(fx24x5.marketMs(at('2014-05-02T21:00:00.000Z'), at('2014-05-09T21:00:00.000Z'))).toBe(120 * HOUR_MS);
  });
});

describe('the New York Stock Exchange', () => {
  it.each([
    ['2001-03-13', '2001-03-13T14:30:00.000Z', '2001-03-13T21:00:00.000Z', 'an ordinary day in winter'],
    ['2014-05-06', '2014-05-06T13:30:00.000Z', '2014-05-06T20:00:00.000Z', 'an ordinary day in summer'],
    ['2003-12-26', '2003-12-26T14:30:00.000Z', '2003-12-26T18:00:00.000Z', 'an early close'],
    ['2002-09-11', '2002-09-11T16:00:00.000Z', '2002-09-11T20:00:00.000Z', 'a late opening'],
  ])('trades on %s from %s to %s (%s)', (tradingOn, openAt, closeAt) => {
    expect(xnys.sessionOn(tradingOn)).toEqual({ tradingOn, openAt, closeAt });
  });

  it.each([
    '2001-09-11',
    '2001-09-14',
    '2004-06-11',
    '2007-01-02',
    '2012-10-29',
    '2012-10-30',
    '2018-12-05',
    '2025-01-09',
  ])('stays closed on %s, which no rule foresees', (day) => {
    expect(xnys.sessionOn(day)).toBeNull();
  });

  it('stands still over a long weekend', () => {
    expect(xnys.nextOpen(at('2014-07-03T17:00:00.000Z'))).toBe('2014-07-07T13:30:00.000Z');
    expect(xnys.marketMs(at('2014-07-03T17:00:00.000Z'), at('2014-07-07T13:30:00.000Z'))).toBe(0);
    expect(xnys.afterMarketMs(at('2014-07-03T16:59:59.000Z'), 1_000)).toBe('2014-07-03T17:00:00.000Z');
    expect(xnys.afterMarketMs(at('2014-07-03T16:59:59.000Z'), 1_001)).toBe('2014-07-07T13:30:00.001Z');
  });

  it('refuses to guess beyond the years that it knows', () => {
    expect(() => xnys.isOpen(at('2028-01-03T15:00:00.000Z'))).toThrow(/XNYS 2027\.1 covers 1999-01-04.* to 2027-12-31/);
    expect(() => xnys.nextOpen(at('2027-12-31T20:00:00.000Z'))).toThrow(RangeError);
    expect(() => xnys.afterMarketMs(at('2027-12-31T20:00:00.000Z'), 2 * HOUR_MS)).toThrow(RangeError);
  });
});

describe('a market that never closes', () => {
  it('counts wall time, and days of UTC', () => {
    const noon = at('2018-05-06T12:00:00.000Z');
    expect(roundTheClock.marketMs(noon, plusMs(noon, HOUR_MS))).toBe(HOUR_MS);
    expect(roundTheClock.sessionFrom(noon)).toEqual({
      tradingOn: '2018-05-06',
      openAt: '2018-05-06T00:00:00.000Z',
      closeAt: '2018-05-07T00:00:00.000Z',
    });
    expect(roundTheClock.nextClose(noon)).toBeNull();
    expect(roundTheClock.sessionOn('2018-02-30')).toBeNull();
  });
});

describe('a table of sessions', () => {
  it('refuses sessions that overlap', () => {
    const first = {
      tradingOn: '2020-01-01',
      openAt: at('2020-01-01T08:00:00.000Z'),
      closeAt: at('2020-01-01T17:00:00.000Z'),
    };
    const second = {
      tradingOn: '2020-01-02',
      openAt: at('2020-01-01T16:00:00.000Z'),
      closeAt: at('2020-01-02T17:00:00.000Z'),
    };
    const table = (): Calendar =>
      new SessionTable({ id: 'XNYS', version: 'x', nominalDayMs: 1, sessions: [first, second] });
    expect(table).toThrow('do not overlap');
  });

  const moment = fc
    .integer({ min: dayOf('1999-02-01'), max: dayOf('2026-12-01') })
    .map((ms) => instant(ms - (ms % 1_000)));

  it.each(['XNYS', 'FX_24x5', '24x7'])('adds up, inverts and agrees with itself (%s)', (id) => {
    const calendar = calendarOf(id);
    fc.assert(
      fc.property(moment, moment, moment, fc.integer({ min: 0, max: 400 * HOUR_MS }), (one, other, third, ms) => {
        const [a, b, c] = [one, other, third].sort() as [Instant, Instant, Instant];
        expect(calendar.marketMs(a, b) + calendar.marketMs(b, c)).toBe(calendar.marketMs(a, c));
        expect(calendar.marketMs(a, b)).toBeLessThanOrEqual(epochMs(b) - epochMs(a));

        const after = calendar.afterMarketMs(a, ms);
        expect(calendar.marketMs(a, after)).toBe(ms);
        if (ms > 0) expect(calendar.marketMs(a, plusMs(after, -1))).toBe(ms - 1);

        const session = calendar.sessionFrom(a);
        expect(calendar.isOpen(a)).toBe(session.openAt <= a);
        expect(session.closeAt > a).toBe(true);
        expect(calendar.sessionOn(session.tradingOn)).toEqual(session);

        const opens = calendar.nextOpen(a);
        const closes = calendar.nextClose(a);
        if (opens === null || closes === null) return;
        expect([calendar.isOpen(opens), calendar.isOpen(plusMs(opens, -1))]).toEqual([true, false]);
        expect([calendar.isOpen(closes), calendar.isOpen(plusMs(closes, -1))]).toEqual([false, true]);
        expect(closes < opens).toBe(calendar.isOpen(a));
        expect(calendar.openSince(a) !== null).toBe(calendar.isOpen(a));
      }),
    );
  });
});
