import { readFileSync } from 'node:fs';
import { validatePolicy, type MarketCalendar } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { barsBetween } from '../bar-grid.ts';
import { calendarProblems } from './calendar-problems.ts';
import { customCalendar } from './custom-calendar.ts';
import { fx24x5 } from './fx-24x5.ts';
import { HOLIDAYS, EARLY_CLOSES, LATE_OPENS, SPECIAL_CLOSURES } from './xnys.days.ts';
import { xnys } from './xnys.ts';

/** One of the examples beside the schema. */
function example(name: string): MarketCalendar {
  const file = new URL(`../../../../../proto-schemas/policy/calendar.good/${name}.json`, import.meta.url);
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  validatePolicy('calendar', document);
  return document;
}

const HOUR_MS = 3_600_000;
const at = instant;

describe('a calendar from a file', () => {
  const xetra = customCalendar(example('xetr'));
  const shanghai = customCalendar(example('lunch-and-night'));

  it('opens and closes by the clocks of its own zone', () => {
    expect(xetra.sessionOn('2026-03-27')).toEqual({
      tradingOn: '2026-03-27',
      openAt: '2026-03-27T08:00:00.000Z',
      closeAt: '2026-03-27T16:30:00.000Z',
    });
    expect(xetra.sessionOn('2026-03-30')).toMatchObject({ openAt: '2026-03-30T07:00:00.000Z' });
    expect(xetra.sessionOn('2026-12-30')).toMatchObject({ closeAt: '2026-12-30T13:00:00.000Z' });
    expect(['2026-12-24', '2026-12-26', '2026-04-06'].map((day) => xetra.sessionOn(day))).toEqual([null, null, null]);
    expect([xetra.id, xetra.version, xetra.nominalDayMs, xetra.coversUntil]).toEqual([
      'XETR',
      '2027.1',
      8.5 * HOUR_MS,
      '2027-12-30T13:00:00.000Z',
    ]);
  });

  it('has several sessions a day, over midnight and over the weekend, and a day bar that spans them', () => {
    const monday = { tradingOn: '2026-03-09', openAt: '2026-03-06T13:00:00.000Z', closeAt: '2026-03-09T07:00:00.000Z' };
    expect(shanghai.sessionOn('2026-03-09')).toEqual(monday);
    expect(shanghai.sessionFrom(at('2026-03-09T03:30:00Z'))).toEqual({
      tradingOn: '2026-03-09',
      openAt: '2026-03-09T05:30:00.000Z',
      closeAt: '2026-03-09T07:00:00.000Z',
    });
    expect(shanghai.isOpen(at('2026-03-06T16:59:59Z'))).toBe(true);
    expect(shanghai.isOpen(at('2026-03-09T02:15:00Z'))).toBe(false);
    for (const moment of [
      '2026-03-06T12:00:00Z',
      '2026-03-07T12:00:00Z',
      '2026-03-09T04:00:00Z',
      '2026-03-09T06:59:59Z',
    ])
      expect(shanghai.tradingDayFrom(at(moment))).toEqual(monday);
    expect([...barsBetween(shanghai, '1d', at('2026-03-03T08:00:00Z'), at('2026-03-10T08:00:00Z'))]).toEqual([
      { openAt: monday.openAt, closeAt: monday.closeAt },
      { openAt: '2026-03-09T13:00:00.000Z', closeAt: '2026-03-10T07:00:00.000Z' },
    ]);
    expect(shanghai.nominalDayMs).toBe(7.75 * HOUR_MS);
    expect(shanghai.marketMs(at(monday.openAt), at(monday.closeAt))).toBe(7.75 * HOUR_MS);
  });

  it('begins the bars of every session anew, and lets none run into a break', () => {
    const closes = [...barsBetween(shanghai, '1h', at('2026-03-09T00:30:00Z'), at('2026-03-09T08:00:00Z'))];
    expect(closes.map(({ closeAt }) => closeAt.slice(11, 16))).toEqual(['02:00', '02:15', '03:30', '06:30', '07:00']);
  });

  it('cuts off what is closed, comes late or ends early, and drops sessions of which nothing is left', () => {
    expect(shanghai.sessionOn('2026-02-24')).toMatchObject({ openAt: '2026-02-24T01:00:00.000Z' });
    expect(shanghai.sessionOn('2026-04-07')).toMatchObject({ closeAt: '2026-04-07T03:30:00.000Z' });
    expect(shanghai.sessionOn('2026-03-03')).toBeNull();
    expect(shanghai.sessionOn('2026-02-17')).toBeNull();
  });

  it('stands still from one trading day to the next, whatever clocks do in between', () => {
    const futures = customCalendar(example('over-midnight'));
    expect(futures.sessionOn('2024-03-11')).toEqual({
      tradingOn: '2024-03-11',
      openAt: '2024-03-10T22:00:00.000Z',
      closeAt: '2024-03-11T21:00:00.000Z',
    });
    expect(futures.marketMs(at('2024-03-08T22:00:00Z'), at('2024-03-10T22:00:00Z'))).toBe(0);
    expect(futures.nextOpen(at('2024-03-08T22:00:00Z'))).toBe('2024-03-10T22:00:00.000Z');
  });

  it('has no session within the hour that clocks skip', () => {
    const early = { opensAt: '02:00', closesAt: '03:00' };
    const night = customCalendar({
      id: 'NIGHT',
      version: '1',
      timeZone: 'Europe/Berlin',
      years: { first: 2026, last: 2026 },
      week: { saturday: [early], sunday: [early] },
    });
    expect(night.sessionOn('2026-03-28')).not.toBeNull();
    expect(night.sessionOn('2026-03-29')).toBeNull();
    expect(night.sessionOn('2026-10-25')).toMatchObject({
      openAt: '2026-10-25T00:00:00.000Z',
      closeAt: '2026-10-25T02:00:00.000Z',
    });
  });

  const ordinary = { opensAt: '09:30', closesAt: '16:00' };
  const days = (byYear: Readonly<Record<number, string>>): string[] =>
    Object.entries(byYear).flatMap(([year, list]) => list.split(' ').map((day) => `${year}-${day}`));
  const asFile = (week: MarketCalendar['week'], first: number, last: number): MarketCalendar => ({
    id: 'COPY',
    version: '1',
    timeZone: 'America/New_York',
    years: { first, last },
    week,
  });

  it('can say all that the calendars of the house say: New York is the same, session for session', () => {
    const document = {
      ...asFile(
        { monday: [ordinary], tuesday: [ordinary], wednesday: [ordinary], thursday: [ordinary], friday: [ordinary] },
        1999,
        2027,
      ),
      holidays: days(HOLIDAYS),
      closures: Object.entries(SPECIAL_CLOSURES).map(([on, reason]) => ({ on, reason })),
      earlyCloses: days(EARLY_CLOSES).map((on) => ({ on, closesAt: '13:00' })),
      lateOpens: Object.entries(LATE_OPENS).map(([on, opensAt]) => ({ on, opensAt })),
    };
    expect(calendarProblems(document)).toEqual([]);
    const copy = customCalendar(document);
    let from = at('1999-01-04T14:30:00Z');
    while (from < '2027-12-31T14:30:00.000Z') {
      const session = xnys.sessionFrom(from);
      expect(copy.sessionFrom(from)).toEqual(session);
      from = session.closeAt;
    }
    expect([copy.coversUntil, copy.nominalDayMs]).toEqual([xnys.coversUntil, xnys.nominalDayMs]);
  });

  it('can say all that the calendars of the house say: the week of foreign exchange too', () => {
    const evening = [{ opensAt: '17:00', opensShiftDays: -1, closesAt: '17:00' }];
    const document = asFile(
      { monday: evening, tuesday: evening, wednesday: evening, thursday: evening, friday: evening },
      2000,
      2030,
    );
    expect(calendarProblems(document)).toEqual([]);
    const copy = customCalendar(document);
    for (let from = at('2000-01-03T12:00:00Z'); from < '2030-12-30'; from = fx24x5.sessionFrom(from).closeAt)
      expect(copy.sessionFrom(from)).toEqual(fx24x5.sessionFrom(from));
    expect(copy.nextClose(at('2014-05-07T12:00:00Z'))).toBe('2014-05-09T21:00:00.000Z');
  });
});

describe('a calendar in which something is wrong', () => {
  const good = example('xetr');
  const friday = [{ opensAt: '09:00', closesAt: '17:30' }];
  const told = (changes: Partial<MarketCalendar>): readonly string[] =>
    calendarProblems({ ...good, ...changes }).map(({ pointer, message }) => `${pointer} ${message}`);

  it.each(['xetr', 'lunch-and-night', 'over-midnight', 'oanda-by-the-minute'])('is not %s', (name) => {
    expect(calendarProblems(example(name))).toEqual([]);
  });

  it('is not the one of the page that tells how to write one', () => {
    const page = readFileSync(new URL('../../../../../docs/how-to/feeds.md', import.meta.url), 'utf8');
    const [, text = ''] = /^```json\n(\{\n {2}"id".*?)^```/ms.exec(page) ?? [];
    const document: unknown = JSON.parse(text);
    validatePolicy('calendar', document);
    expect(calendarProblems(document)).toEqual([]);
  });

  it.each<[string, Partial<MarketCalendar>, readonly string[]]>([
    [
      'an unknown zone',
      { timeZone: 'Europe/Berln' },
      ["/timeZone 'Europe/Berln' is no time zone; one is called, for example, Europe/Berlin"],
    ],
    [
      'no years at all',
      { years: { first: 2027, last: 2024 }, holidays: [], earlyCloses: [] },
      ['/years/last 2024 comes before the first year, 2027'],
    ],
    ['no session', { week: { monday: [] }, earlyCloses: [] }, ['/week has no session, so the market would never open']],
    [
      'a close before its opening',
      { week: { friday: [{ opensAt: '17:00', closesAt: '16:00' }] }, earlyCloses: [] },
      [
        '/week/friday/0/closesAt is not after the opening; a session over midnight says "closesShiftDays": 1, or "opensShiftDays": -1 where it bears the later day',
      ],
    ],
    [
      'sessions of one day that overlap',
      { week: { friday: [...friday, { opensAt: '17:00', closesAt: '20:00' }] }, earlyCloses: [] },
      ['/week/friday/1/opensAt lies before the close of /week/friday/0: sessions do not overlap'],
    ],
    [
      'sessions of two days that overlap',
      {
        week: {
          thursday: [{ opensAt: '18:00', closesAt: '10:00', closesShiftDays: 1 }],
          friday,
        },
        earlyCloses: [],
      },
      ['/week/friday/0/opensAt lies before the close of /week/thursday/0: sessions do not overlap'],
    ],
    [
      'sessions of two weeks that overlap',
      {
        week: {
          sunday: [{ opensAt: '20:00', opensShiftDays: -1, closesAt: '10:00' }],
          saturday: [{ opensAt: '10:00', closesAt: '21:00' }],
        },
        earlyCloses: [],
      },
      ['/week/sunday/0/opensAt lies before the close of /week/saturday/0: sessions do not overlap'],
    ],
    [
      'days that are none, lie elsewhere or are there twice',
      { holidays: ['2026-02-30', '2028-01-03', '2026-05-01', '2026-05-01'] },
      [
        '/holidays/0 2026-02-30 is no day of any calendar',
        '/holidays/1 2028-01-03 lies outside the years 2024 to 2027',
        '/holidays/3 2026-05-01 is there twice',
      ],
    ],
    [
      'a day that is shortened although it is closed, or has no session',
      {
        closures: [{ on: '2026-06-01', reason: 'A storm.' }],
        earlyCloses: [
          { on: '2026-12-25', closesAt: '14:00' },
          { on: '2026-06-01', closesAt: '14:00' },
          { on: '2026-06-06', closesAt: '14:00' },
        ],
      },
      [
        `/earlyCloses/0/on 2026-12-25 is closed by /holidays/${good.holidays?.indexOf('2026-12-25') ?? NaN}`,
        '/earlyCloses/1/on 2026-06-01 is closed by /closures/0',
        '/earlyCloses/2/on 2026-06-06 has no session to shorten',
      ],
    ],
    [
      'a day that is shortened to nothing, or not at all',
      {
        earlyCloses: [
          { on: '2026-12-30', closesAt: '09:00' },
          { on: '2026-12-29', closesAt: '17:30' },
        ],
        lateOpens: [
          { on: '2026-12-28', opensAt: '17:30' },
          { on: '2026-12-22', opensAt: '08:00' },
        ],
      },
      [
        '/earlyCloses/0/closesAt leaves nothing of 2026-12-30',
        '/earlyCloses/1/closesAt does not shorten 2026-12-29',
        '/lateOpens/0/opensAt leaves nothing of 2026-12-28',
        '/lateOpens/1/opensAt does not shorten 2026-12-22',
      ],
    ],
  ])('is told of %s', (_name, changes, expected) => {
    expect(told(changes)).toEqual(expected);
  });
});
