import type { Colour } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { cadence, MINUTE_MS } from '../../test/freshness-words.ts';
import { barClosingAfter, nominalBarMs } from './bar-grid.ts';
import { calendarOf } from './calendars/calendars.ts';
import { fx24x5 } from './calendars/fx-24x5.ts';
import { roundTheClock } from './calendars/round-the-clock.ts';
import { xnys } from './calendars/xnys.ts';
import { judge, nextChangeAt } from './freshness.ts';

const at = (text: string): Instant => instant(text);

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
});
