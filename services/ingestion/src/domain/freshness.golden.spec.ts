import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import {
  byWallClock,
  cadence,
  closesAfter,
  counted,
  describeWith,
  looks,
  MINUTE_MS,
  minutes,
  opensIn,
  spansOf,
} from '../../test/freshness-words.ts';
import { fx24x5 } from './calendars/fx-24x5.ts';
import { xnys } from './calendars/xnys.ts';
import { judge } from './freshness.ts';

const HOUR_MS = 60 * MINUTE_MS;

const FORTNIGHT = 'eurusd_15m_oanda_mid_2014-05-01_15.csv';

describeWith(FORTNIGHT)('R-3, on two real weeks of EURUSD, judged once a minute', () => {
  const eurusd = cadence(fx24x5, '15m');
  const closes = (): readonly Instant[] => closesAfter(opensIn(FORTNIGHT), 15 * MINUTE_MS);

  it('T-3: of 21,586 evaluations, 0 are OPEN and not GREEN, and 5,760 are CLOSED', () => {
    const seen = looks(eurusd, minutes(closes()));
    expect(seen).toHaveLength(21_586);
    expect(counted(seen.map(({ look }) => look))).toEqual({ 'OPEN GREEN': 15_826, 'CLOSED GREEN': 5_760 });
  });

  it('would be 5,700 RED, 44 AMBER and 14 in the gap by the wall clock, all of them false', () => {
    expect(counted(byWallClock(eurusd, minutes(closes())))).toEqual({
      GREEN: 15_828,
      GAP: 14,
      AMBER: 44,
      RED: 5_700,
    });
  });

  it('T-3: with the bar of Tue 6 May 2014 10:00 removed, the seven minutes above 1.5 are AMBER, and no other', () => {
    const removed = plusMs(instant('2014-05-06T10:00:00Z'), 15 * MINUTE_MS);
    const seen = looks(eurusd, minutes(closes().filter((closeAt) => closeAt !== removed)));
    expect(counted(seen.map(({ look }) => look))).toEqual({
      'OPEN GREEN': 15_819,
      'OPEN AMBER': 7,
      'CLOSED GREEN': 5_760,
    });
    const amber = seen.filter(({ look }) => look === 'OPEN AMBER').map(({ now }) => now);
    expect([amber[0], amber.at(-1)]).toEqual(['2014-05-06T10:23:00.000Z', '2014-05-06T10:29:00.000Z']);
  });
});

const HOURS = 'eurusd_1h_oanda_mid_2017_2018.csv';

describeWith(HOURS)('two real years of EURUSD by the hour', () => {
  const eurusd = cadence(fx24x5, '1h');
  const closes = (): readonly Instant[] => closesAfter(opensIn(HOURS), HOUR_MS);
  const seenFrom = (from: string, until: string) =>
    looks(
      eurusd,
      minutes(
        closes().filter((closeAt) => closeAt >= from),
        from,
        until,
      ),
    );

  it.each([
    ['2017-03-09', '2017-03-15', 'March 2017', 47],
    ['2017-11-02', '2017-11-08', 'November 2017', 49],
    ['2018-03-08', '2018-03-14', 'March 2018', 47],
    ['2018-11-01', '2018-11-07', 'November 2018', 49],
    ['2017-05-11', '2017-05-17', 'a week without a change', 48],
  ])('from %s to %s (%s) all is GREEN, over a weekend of %d hours', (from, until, _name, weekendHours) => {
    const seen = seenFrom(`${from}T12:00:00.000Z`, `${until}T12:00:00.000Z`);
    expect(counted(seen.map(({ look }) => look))).toEqual({
      'OPEN GREEN': 6 * 24 * 60 + 1 - weekendHours * 60,
      'CLOSED GREEN': weekendHours * 60,
    });
  });

  it('are RED where the bars of a Friday are really missing, over the weekend too, until the first one of the new week', () => {
    const seen = seenFrom('2017-03-30T12:00:00.000Z', '2017-04-03T12:00:00.000Z');
    const turns = seen.filter(({ look }, index) => look !== seen[index - 1]?.look);
    expect(turns).toEqual([
      { now: '2017-03-30T12:00:00.000Z', look: 'OPEN GREEN' },
      { now: '2017-03-31T05:31:00.000Z', look: 'OPEN AMBER' },
      { now: '2017-03-31T07:00:00.000Z', look: 'OPEN RED' },
      { now: '2017-03-31T21:00:00.000Z', look: 'CLOSED RED' },
      { now: '2017-04-02T21:00:00.000Z', look: 'OPEN RED' },
      { now: '2017-04-02T22:00:00.000Z', look: 'OPEN GREEN' },
    ]);
  });

  it('are never OPEN and not GREEN but while bars are really missing, judged once in five minutes', () => {
    const all = closes();
    const there = new Set(all);
    const [from, until] = ['2017-01-03T00:00:00.000Z', '2018-12-28T20:00:00.000Z'] as const;
    const due = spansOf(eurusd, from, until).map(({ closeAt }) => closeAt);
    expect(due.filter((closeAt) => !there.has(closeAt))).toHaveLength(156);

    const newestDue = [...minutes(due, due[0], until, 5 * MINUTE_MS)];
    const seen = looks(eurusd, minutes(all, due[0], until, 5 * MINUTE_MS));
    const bad = seen.flatMap(({ look }, index) => (/^OPEN (AMBER|RED)/.test(look) ? [newestDue[index]] : []));
    expect(bad.length).toBeGreaterThan(100 * 12);
    expect(bad.filter((moment) => moment !== undefined && there.has(moment.newest))).toEqual([]);
  });
});

describe('a stock in New York, judged once a minute', () => {
  const quarters = cadence(xnys, '15m');
  const days = cadence(xnys, '1d');
  const THANKSGIVING = ['2014-11-26T14:45:00.000Z', '2014-12-01T21:00:00.000Z'] as const;

  it('is GREEN over Thanksgiving, which closes a day and shortens the next', () => {
    const closes = spansOf(quarters, '2014-11-26T14:30:00Z', '2014-12-01T21:00:00Z').map(({ closeAt }) => closeAt);
    expect(closes).toHaveLength(26 + 14 + 26);
    const seen = looks(quarters, minutes(closes, ...THANKSGIVING));
    const openMinutes = 375 + 210 + 390;
    expect(counted(seen.map(({ look }) => look))).toEqual({
      'OPEN GREEN': openMinutes,
      'CLOSED GREEN': seen.length - openMinutes,
    });
    expect(counted(byWallClock(quarters, minutes(closes, ...THANKSGIVING)))).toMatchObject({ RED: 41 * 60 + 68 * 60 });
  });

  it('keeps its colour from an early close on, although the last bar of that day is missing, until after the opening', () => {
    const closes = spansOf(quarters, '2014-11-26T14:30:00Z', '2014-12-01T21:00:00Z')
      .map(({ closeAt }) => closeAt)
      .filter((closeAt) => closeAt !== '2014-11-28T18:00:00.000Z' && closeAt !== '2014-12-01T14:45:00.000Z');
    const seen = looks(quarters, minutes(closes, ...THANKSGIVING));
    const turns = seen.filter(({ look }, index) => look !== seen[index - 1]?.look).slice(3, -1);
    expect(turns).toEqual([
      { now: '2014-11-28T18:00:00.000Z', look: 'CLOSED GREEN' },
      { now: '2014-12-01T14:30:00.000Z', look: 'OPEN GREEN' },
      { now: '2014-12-01T14:45:00.000Z', look: 'OPEN AMBER' },
      { now: '2014-12-01T15:00:00.000Z', look: 'OPEN GREEN' },
    ]);
  });

  it('is not asked for a bar before a late opening, and has its grace from then on', () => {
    const from = '2002-09-10T20:00:00.000Z';
    const closes = spansOf(quarters, '2002-09-10T19:45:00Z', '2002-09-11T20:00:00Z').map(({ closeAt }) => closeAt);
    expect(closes).toHaveLength(1 + 16);
    const seen = looks(quarters, minutes(closes, from));
    expect(counted(seen.map(({ look }) => look))).toEqual({ 'CLOSED GREEN': 20 * 60 + 1, 'OPEN GREEN': 240 });

    const silent = { barCloseAt: instant('2002-09-10T19:30:00Z'), colour: 'GREEN' } as const;
    expect(judge(quarters, silent, instant('2002-09-11T16:14:59.999Z'))).toMatchObject({ colour: 'GREEN' });
    expect(judge(quarters, silent, instant('2002-09-11T16:15:00.000Z'))).toMatchObject({ colour: 'RED', ratio: 3 });
    expect(judge(quarters, silent, instant('2002-09-11T13:30:00.000Z'))).toMatchObject({
      marketState: 'CLOSED',
      ratio: 2,
    });
  });

  it('has day bars that are GREEN through a week with a holiday and a short day, each with two hours to come', () => {
    const closes = spansOf(days, '2014-11-25T00:00:00Z', '2014-12-05T22:00:00Z').map(({ closeAt }) => closeAt);
    expect(closes.map((closeAt) => closeAt.slice(5, 16))).toEqual([
      '11-25T21:00',
      '11-26T21:00',
      '11-28T18:00',
      '12-01T21:00',
      '12-02T21:00',
      '12-03T21:00',
      '12-04T21:00',
      '12-05T21:00',
    ]);
    const late = [...minutes(closes, '2014-11-26T21:00:00.000Z', '2014-12-05T23:00:00.000Z')].map(({ now }) => ({
      now,
      newest: closes.findLast((closeAt) => plusMs(closeAt, 2 * HOUR_MS) <= now) ?? now,
    }));
    expect(looks(days, late).filter(({ look }) => !look.endsWith('GREEN'))).toEqual([]);
  });
});
