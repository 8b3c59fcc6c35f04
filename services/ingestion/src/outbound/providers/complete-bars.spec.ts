import { instant, type Instant } from '@tocsin/domain-kit';
import type { Calendar } from '../../domain/calendars/calendar.ts';
import { fx24x5 } from '../../domain/calendars/fx-24x5.ts';
import { roundTheClock } from '../../domain/calendars/round-the-clock.ts';
import { xnys } from '../../domain/calendars/xnys.ts';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import { completeBars, firstTimeAsked, openAtOf } from './complete-bars.ts';
import { Numeral } from './json.ts';

const at = (text: string): Instant => instant(text);

describe('the opening of a bar', () => {
  const hour = { calendar: roundTheClock, timeframe: '1h' } as const;

  it.each([
    ['1772442000', 1_000],
    ['1772442000000', 1],
  ] as const)('is %s, a number or its text, in units of %d ms', (text, unitMs) => {
    expect(openAtOf(new Numeral(text), unitMs, hour)).toBe('2026-03-02T09:00:00.000Z');
    expect(openAtOf(text, unitMs, hour)).toBe('2026-03-02T09:00:00.000Z');
  });

  it.each([undefined, null, true, '', 'soon', '1.5', new Numeral('1.5'), new Numeral('1e300'), '9'.repeat(30), []])(
    'is not %j',
    (time) => {
      expect(openAtOf(time, 1, hour)).toBeNull();
    },
  );

  it('is not a year that would not sort as text', () => {
    expect(openAtOf('253402300800000', 1, hour)).toBeNull();
    expect(openAtOf('-62200000000000', 1, hour)).toBeNull();
  });

  it.each([
    ['of a day without a session is midnight', roundTheClock, '2026-03-02T00:00:00.000Z'],
    ['of a stock is that of the session', xnys, '2026-03-02T14:30:00.000Z'],
    ['of a currency is on the day before', fx24x5, '2026-03-01T22:00:00.000Z'],
  ])('of a day bar %s', (_words, calendar, openAt) => {
    const midnight = String(Date.parse('2026-03-02T00:00:00.000Z'));
    expect(openAtOf(midnight, 1, { calendar, timeframe: '1d' })).toBe(openAt);
  });

  it('is not asked of a calendar beyond what it knows', () => {
    const sessionOn = (): never => {
      throw new RangeError('beyond what is known');
    };
    const day = { calendar: { ...roundTheClock, covers: () => false, sessionOn }, timeframe: '1d' } as const;
    expect(openAtOf('1772409600000', 1, day)).toBe('2026-03-02T00:00:00.000Z');
  });

  it('of a day that the calendar does not know is midnight, and of one told at another hour that hour', () => {
    const day = { calendar: xnys, timeframe: '1d' } as const;
    expect(openAtOf(String(Date.parse('1950-01-03T00:00:00.000Z')), 1, day)).toBe('1950-01-03T00:00:00.000Z');
    expect(openAtOf(String(Date.parse('2026-03-02T05:00:00.000Z')), 1, day)).toBe('2026-03-02T05:00:00.000Z');
  });
});

describe('the first time that is asked for', () => {
  const timeOf = (calendar: Calendar, from: string, timeframe: '1h' | '1d' = '1d'): Instant =>
    firstTimeAsked({ symbol: 'X', calendar, timeframe, from: at(from), to: at('2026-04-01T00:00:00.000Z') });

  it.each([
    ['its own day', roundTheClock, '2026-03-02T00:00:00.000Z'],
    ['the day on which its session opens', xnys, '2026-03-02T14:30:00.000Z'],
    ['the day after it opens', fx24x5, '2026-03-01T22:00:00.000Z'],
    ['the day of a session that is going on', xnys, '2026-03-02T16:00:00.000Z'],
  ])('for a day bar is midnight of %s', (_words, calendar, from) => {
    expect(timeOf(calendar, from)).toBe('2026-03-02T00:00:00.000Z');
  });

  it('is midnight too where the calendar knows nothing, and for shorter bars what it is', () => {
    expect(timeOf(xnys, '1950-01-03T15:00:00.000Z')).toBe('1950-01-03T00:00:00.000Z');
    expect(timeOf(xnys, '2026-03-02T14:30:00.000Z', '1h')).toBe('2026-03-02T14:30:00.000Z');
  });
});

describe('complete bars', () => {
  const bar = (openAt: string | null, raw = openAt ?? ''): CandidateBar => ({
    openAt: openAt === null ? null : at(openAt),
    open: '1',
    high: '1',
    low: '1',
    close: '1',
    volume: '0',
    revision: 0,
    raw,
  });
  const asked = {
    symbol: 'SPX',
    timeframe: '1d',
    calendar: xnys,
    from: at('2026-03-02T14:30:00.000Z'),
    to: at('2026-03-03T21:00:00.000Z'),
  } as const;
  const rawsOf = (bars: readonly CandidateBar[]): readonly string[] => bars.map(({ raw }) => raw);

  it('have closed with their session, to the moment', () => {
    const told = [bar('2026-03-02T14:30:00.000Z'), bar('2026-03-03T14:30:00.000Z'), bar('2026-03-04T14:30:00.000Z')];
    expect(completeBars(told, asked)).toEqual(told.slice(0, 2));
    expect(completeBars(told, { ...asked, to: at('2026-03-03T20:59:59.999Z') })).toEqual(told.slice(0, 1));
  });

  it('begin no earlier than was asked for', () => {
    expect(completeBars([bar('2026-02-27T14:30:00.000Z'), bar('2026-03-02T14:30:00.000Z')], asked)).toHaveLength(1);
  });

  it('are put in order; one that tells no time stays behind the one before it', () => {
    const told = [
      bar(null, 'first'),
      bar('2026-03-03T14:30:00.000Z', 'late'),
      bar(null, 'after late'),
      bar('2026-03-02T14:30:00.000Z', 'early'),
    ];
    expect(rawsOf(completeBars(told, asked))).toEqual(['first', 'early', 'late', 'after late']);
  });

  it('that fit no session leave too, a day after their time, so that they are put aside', () => {
    expect(completeBars([bar('2026-03-02T15:00:00.000Z')], asked)).toHaveLength(1);
    expect(completeBars([bar('2026-03-03T15:00:00.000Z')], asked)).toHaveLength(0);
    expect(
      completeBars([bar('9999-12-31T23:59:59.999Z')], { ...asked, to: at('9999-12-31T23:59:59.999Z') }),
    ).toHaveLength(1);
  });
});
