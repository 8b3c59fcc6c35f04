import { existsSync, readFileSync } from 'node:fs';
import type { Colour } from '@tocsin/contracts';
import { epochMs, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { barClosingAfter, defaultFeedLatencyMs, nominalBarMs } from './bar-grid.ts';
import { dayOf } from './calendars/calendar-day.ts';
import { calendarOf } from './calendars/calendars.ts';
import { fx24x5 } from './calendars/fx-24x5.ts';
import { roundTheClock } from './calendars/round-the-clock.ts';
import { xnys } from './calendars/xnys.ts';
import { judge, nextChangeAt, type Cadence } from './freshness.ts';

const MINUTE_MS = 60_000;
const at = (text: string): Instant => instant(text);

const cadence = (calendar: Cadence['calendar'], timeframe: Cadence['timeframe']): Cadence => ({
  calendar,
  timeframe,
  feedLatencyMs: defaultFeedLatencyMs(calendar, timeframe),
});

const eurusd = cadence(fx24x5, '15m');
const spx = cadence(xnys, '1d');
const bitcoin = cadence(roundTheClock, '1h');

describe('the grid of bars', () => {
  it.each([
    ['FX_24x5', '15m', '2014-05-06T10:00:00.000Z', '2014-05-06T10:15:00.000Z'],
    ['FX_24x5', '15m', '2014-05-09T20:45:00.000Z', '2014-05-09T21:00:00.000Z'],
    ['FX_24x5', '15m', '2014-05-09T21:00:00.000Z', '2014-05-11T21:15:00.000Z'],
    ['FX_24x5', '4h', '2014-05-06T20:59:00.000Z', '2014-05-06T21:00:00.000Z'],
    ['FX_24x5', '1d', '2014-05-06T21:00:00.000Z', '2014-05-07T21:00:00.000Z'],
    ['XNYS', '1h', '2014-05-06T13:00:00.000Z', '2014-05-06T14:30:00.000Z'],
    ['XNYS', '1h', '2014-05-06T19:30:00.000Z', '2014-05-06T20:00:00.000Z'],
    ['XNYS', '1d', '2014-07-03T16:00:00.000Z', '2014-07-03T17:00:00.000Z'],
    ['24x7', '1d', '2018-05-06T00:00:00.000Z', '2018-05-07T00:00:00.000Z'],
  ] as const)('has on %s a %s bar that closes after %s at %s', (calendarId, timeframe, after, closeAt) => {
    expect(barClosingAfter(calendarOf(calendarId), timeframe, at(after)).closeAt).toBe(closeAt);
  });

  it('gives a bar on its way a tenth of its length and at most 30 s, a day bar two hours', () => {
    expect([cadence(fx24x5, '1m'), eurusd, spx].map(({ feedLatencyMs }) => feedLatencyMs)).toEqual([
      6_000, 30_000, 7_200_000,
    ]);
    expect([eurusd, spx, bitcoin].map(({ calendar, timeframe }) => nominalBarMs(calendar, timeframe) / 1_000)).toEqual([
      900, 23_400, 3_600,
    ]);
  });
});

describe('freshness', () => {
  it('T-2: is counted from the close: at open + 1.9 C of an hourly bar, with the next bar not yet closed, a pair is GREEN', () => {
    const openAt = at('2018-05-06T10:00:00.000Z');
    const known = { barCloseAt: plusMs(openAt, 60 * MINUTE_MS), colour: 'GREEN' } as const;
    expect(judge(bitcoin, known, plusMs(openAt, 1.9 * 60 * MINUTE_MS))).toEqual({
      colour: 'GREEN',
      ratio: 0.9,
      marketState: 'OPEN',
      isFresh: true,
    });
  });

  it('is RED where there never was a bar', () => {
    expect(judge(eurusd, { barCloseAt: null, colour: 'RED' }, at('2014-05-06T10:00:00.000Z'))).toMatchObject({
      colour: 'RED',
      ratio: null,
    });
  });

  const barCloseAt = at('2014-05-06T10:00:00.000Z');
  it.each<[number, Colour, Colour, boolean, string]>([
    [900_000, 'RED', 'GREEN', true, 'one bar later'],
    [930_000, 'RED', 'GREEN', true, 'with the next bar in flight'],
    [930_001, 'GREEN', 'GREEN', false, 'in the gap up to 1.5, where GREEN is kept'],
    [930_001, 'RED', 'RED', false, 'in the gap up to 1.5, where RED is kept'],
    [1_350_000, 'GREEN', 'GREEN', false, 'at 1.5'],
    [1_350_001, 'GREEN', 'AMBER', false, 'above 1.5'],
    [2_699_999, 'RED', 'AMBER', false, 'below 3'],
    [2_700_000, 'AMBER', 'RED', false, 'at 3'],
  ])('%d ms after the close turns %s into %s (fresh: %s; %s)', (ms, colour, expected, isFresh) => {
    expect(judge(eurusd, { barCloseAt, colour }, plusMs(barCloseAt, ms))).toMatchObject({ colour: expected, isFresh });
  });

  it('does not get worse while the market is closed, nor for 15 minutes after it opens, but may improve', () => {
    const friday = at('2014-05-09T20:30:00.000Z'); // Two bars before the close of the week.
    const worse = { barCloseAt: plusMs(friday, -30 * MINUTE_MS), colour: 'GREEN' } as const;
    const sunday = at('2014-05-11T21:00:00.000Z');
    expect(judge(eurusd, worse, at('2014-05-10T12:00:00.000Z'))).toMatchObject({
      colour: 'GREEN',
      ratio: 4,
      marketState: 'CLOSED',
    });
    expect(judge(eurusd, worse, plusMs(sunday, 15 * MINUTE_MS - 1))).toMatchObject({
      colour: 'GREEN',
      marketState: 'OPEN',
    });
    expect(judge(eurusd, worse, plusMs(sunday, 15 * MINUTE_MS))).toMatchObject({ colour: 'RED' });
    expect(judge(eurusd, { barCloseAt: friday, colour: 'RED' }, at('2014-05-10T12:00:00.000Z'))).toMatchObject({
      colour: 'AMBER',
      ratio: 2,
    });
  });

  it('counts a day bar in the hours of its exchange', () => {
    const known = { barCloseAt: at('2014-07-02T20:00:00.000Z'), colour: 'GREEN' } as const;
    expect(judge(spx, known, at('2014-07-06T12:00:00.000Z')).ratio).toBeCloseTo(3.5 / 6.5, 12);
    expect(nextChangeAt(spx, known, at('2014-07-07T14:00:00.000Z'))).toBe('2014-07-07T19:45:00.001Z');
    expect(nextChangeAt(spx, { ...known, colour: 'AMBER' }, at('2014-07-07T21:00:00.000Z'))).toBe(
      '2014-07-08T13:30:00.000Z',
    );
  });

  const cadences = [eurusd, spx, bitcoin, cadence(xnys, '5m'), cadence(fx24x5, '4h')].map(
    (feed) => [`${feed.calendar.id} ${feed.timeframe}`, feed] as const,
  );
  const moment = fc.integer({ min: dayOf('1999-06-01'), max: dayOf('2026-06-01') }).map((ms) => instant(ms));
  const later = fc.integer({ min: 0, max: 5 * 24 * 60 * MINUTE_MS });

  it.each(cadences)(
    'T-3: x is monotone in now while the market is open, and constant while it is closed (%s)',
    (_name, feed) => {
      const x = (closeAt: Instant, now: Instant): number =>
        judge(feed, { barCloseAt: closeAt, colour: 'RED' }, now).ratio ?? Number.NaN;
      fc.assert(
        fc.property(moment, later, fc.integer({ min: 1, max: 20 * 60 * MINUTE_MS }), (closeAt, ms, step) => {
          const [now, then] = [plusMs(closeAt, ms), plusMs(closeAt, ms + step)];
          const { calendar, timeframe } = feed;
          expect(x(closeAt, then)).toBeGreaterThanOrEqual(x(closeAt, now));
          const opens = calendar.isOpen(now) ? now : calendar.nextOpen(now);
          if (opens !== null && opens >= then) expect(x(closeAt, then)).toBe(x(closeAt, now));
          const closes = calendar.isOpen(now) ? calendar.nextClose(now) : now;
          if (closes === null || closes >= then) {
            expect(x(closeAt, then) - x(closeAt, now)).toBeCloseTo(step / nominalBarMs(calendar, timeframe), 9);
          }
        }),
      );
    },
  );

  it.each(cadences)('changes by itself exactly when it says that it will (%s)', (_name, feed) => {
    const judged = (closeAt: Instant, colour: Colour, now: Instant): unknown => {
      const { colour: next, marketState } = judge(feed, { barCloseAt: closeAt, colour }, now);
      return { colour: next, marketState };
    };
    fc.assert(
      fc.property(moment, later, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (closeAt, ms, part) => {
        const now = plusMs(closeAt, ms);
        const { colour } = judge(feed, { barCloseAt: closeAt, colour: 'GREEN' }, now);
        const next = nextChangeAt(feed, { barCloseAt: closeAt, colour }, now);
        if (next === null) {
          expect([feed.calendar.id, colour]).toEqual(['24x7', 'RED']); // Nothing is worse, and nothing closes.
          return;
        }
        const before = plusMs(now, Math.floor(part * (epochMs(next) - epochMs(now))));
        expect(next > now).toBe(true);
        expect(judged(closeAt, colour, before)).toEqual(judged(closeAt, colour, now));
        expect(judged(closeAt, colour, plusMs(next, -1))).toEqual(judged(closeAt, colour, now));
        expect(judged(closeAt, colour, next)).not.toEqual(judged(closeAt, colour, now));
      }),
    );
  });
});

const golden = new URL('../../../../../shared/data/eurusd_15m_oanda_mid_2014-05-01_15.csv', import.meta.url);
const isThere = existsSync(golden);
if (!isThere) console.info('skipped: ../shared/data/eurusd_15m_oanda_mid_2014-05-01_15.csv is not there');

(isThere ? describe : describe.skip)('R-3, on two real weeks of EURUSD, judged once a minute', () => {
  const closes = (): readonly Instant[] =>
    readFileSync(golden, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => plusMs(instant(line.slice(0, 20)), 15 * MINUTE_MS));

  /** One judgement a minute, from the first bar's close to the last one's. */
  function* minutes(bars: readonly Instant[]): Generator<{ now: Instant; newest: Instant }> {
    let index = 0;
    for (let ms = epochMs(bars[0] ?? instant(Number.NaN)); ms <= epochMs(bars.at(-1) ?? instant(0)); ms += MINUTE_MS) {
      const now = instant(ms);
      while ((bars[index + 1] ?? '~') <= now) index += 1;
      const newest = bars[index];
      if (newest !== undefined) yield { now, newest };
    }
  }

  const counted = (colours: Iterable<string>): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const colour of colours) counts[colour] = (counts[colour] ?? 0) + 1;
    return counts;
  };

  it('T-3: of 21,586 evaluations, 0 are OPEN and not GREEN, and 5,760 are CLOSED', () => {
    let colour: Colour = 'GREEN';
    const seen = [...minutes(closes())].map(({ now, newest }) => {
      const judgement = judge(eurusd, { barCloseAt: newest, colour }, now);
      colour = judgement.colour;
      return `${judgement.marketState} ${judgement.colour}`;
    });
    expect(seen).toHaveLength(21_586);
    expect(counted(seen)).toEqual({ 'OPEN GREEN': 15_826, 'CLOSED GREEN': 5_760 });
  });

  it('would be 5,700 RED, 44 AMBER and 14 in the gap by the wall clock, all of them false', () => {
    const byWallClock = [...minutes(closes())].map(({ now, newest }) => {
      const x = (epochMs(now) - epochMs(newest)) / (15 * MINUTE_MS);
      return x <= 1 ? 'GREEN' : x <= 1.5 ? 'GAP' : x < 3 ? 'AMBER' : 'RED';
    });
    expect(counted(byWallClock)).toEqual({ GREEN: 15_828, GAP: 14, AMBER: 44, RED: 5_700 });
  });
});
