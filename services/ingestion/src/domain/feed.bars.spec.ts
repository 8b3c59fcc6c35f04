import { decimal, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import {
  decider,
  name,
  tuesday,
  observe,
  added,
  freshness,
  noData,
  closed,
  missed,
  watched,
} from '../../test/feed-words.ts';
import type { FeedEvent } from './feed.ts';

const { given } = specify(decider);

describe('a bar', () => {
  it('T-1: is schedulable when it is new, the newest, and leaves the pair GREEN by its age', () => {
    const at = tuesday('10:15:30');
    given(...watched)
      .when(observe(tuesday('10:00:00'), at))
      .then(closed(tuesday('10:00:00'), at, { colour: 'GREEN', ratio: 30 / 900, schedulable: true }));
  });

  it('T-1: is not schedulable when it comes so late that GREEN is only kept', () => {
    const at = tuesday('10:32:00'); // The next bar is two minutes old, and this one closed 17 minutes ago.
    given(...watched, missed(tuesday('10:15:00'), 'GREEN', 1))
      .when(observe(tuesday('10:00:00'), at))
      .then(closed(tuesday('10:00:00'), at, { colour: 'GREEN', ratio: 1020 / 900, schedulable: false }));
  });

  it('T-1: is not schedulable when it is history, although it makes the pair GREEN', () => {
    const at = tuesday('09:00:00');
    given(added(at), noData(at))
      .when(observe(tuesday('08:45:00'), at))
      .then(
        closed(tuesday('08:45:00'), at, { colour: 'GREEN', ratio: 0, schedulable: false }, { backfill: true }),
        freshness('GREEN', 'RED', at, { ratio: 0, barCloseAt: at, reason: 'BAR' }),
      );
  });

  it('T-1: is schedulable while the market is closed', () => {
    const friday = instant('2014-05-09T20:45:00.000Z');
    const at = plusMs(friday, 903_000);
    const opened = plusMs(friday, -900_000);
    given(added(opened), noData(opened))
      .when(observe(friday, at))
      .then(
        closed(friday, at, { colour: 'GREEN', ratio: 0, schedulable: true, marketState: 'CLOSED' }),
        freshness('GREEN', 'RED', at, {
          ratio: 0,
          barCloseAt: plusMs(friday, 900_000),
          reason: 'MARKET_CLOSED',
          marketState: 'CLOSED',
        }),
      );
  });

  const revised = (openAt: Instant, receivedAt: Instant, revision: number, close: string): FeedEvent => ({
    type: 'BarRevised',
    data: {
      ...name,
      simulated: true,
      openAt,
      closeAt: plusMs(openAt, 900_000),
      open: decimal('1.3923'),
      high: decimal('1.3931'),
      low: decimal('1.3921'),
      close: decimal(close),
      volume: 15,
      volumeKind: 'tick',
      revision,
      receivedAt,
    },
  });

  it('that is told otherwise is revised, and neither new nor fresher', () => {
    const at = tuesday('10:05:00');
    given(...watched)
      .when(observe(tuesday('09:45:00'), at, { close: '1.3929' }))
      .then(revised(tuesday('09:45:00'), at, 1, '1.3929'));
    given(...watched, revised(tuesday('09:45:00'), at, 1, '1.3929'))
      .when(observe(tuesday('09:45:00'), tuesday('10:06:00'), { close: '1.3930' }))
      .then(revised(tuesday('09:45:00'), tuesday('10:06:00'), 2, '1.3930'));
  });

  it('that is told again in the same numbers is no news, however they are spelled', () => {
    given(...watched)
      .when(observe(tuesday('09:45:00'), tuesday('10:05:00'), { open: '1.39230', revision: 1 }))
      .thenNothing();
  });

  it('that comes late in an older edition is no news', () => {
    given(...watched, revised(tuesday('09:45:00'), tuesday('10:05:00'), 2, '1.3929'))
      .when(observe(tuesday('09:45:00'), tuesday('10:06:00'), { close: '1.3930', revision: 1 }))
      .thenNothing();
  });

  it('that is revised after a newer one never makes freshness better', () => {
    const next = tuesday('10:15:02');
    const late = tuesday('10:40:00');
    given(
      ...watched,
      closed(tuesday('10:00:00'), next, { colour: 'GREEN', ratio: 2 / 900, schedulable: true }),
      freshness('AMBER', 'GREEN', tuesday('10:37:30'), { ratio: 1.5, barCloseAt: tuesday('10:15:00'), reason: 'TIME' }),
    )
      .when(observe(tuesday('09:45:00'), late, { close: '1.3929' }))
      .then(revised(tuesday('09:45:00'), late, 1, '1.3929'));
  });

  it.each([
    ['OHLC_VIOLATED', 'low 1.3925 is above 1.3923', { low: '1.3925' }],
    ['OHLC_VIOLATED', 'high 1.3925 is below 1.3928', { high: '1.3925' }],
    ['NOT_FINITE', "close 'NaN' is not a finite number", { close: 'NaN' }],
    ['NOT_FINITE', "volume 'Infinity' is not a finite number", { volume: 'Infinity' }],
    ['NOT_POSITIVE', 'low 0 is not above zero', { low: '0' }],
    ['NOT_POSITIVE', 'low -1.39 is not above zero', { low: '-1.39' }],
    ['NEGATIVE_VOLUME', 'volume -15 is below zero', { volume: '-15' }],
    ['MISALIGNED', 'no 15m bar of FX_24x5 1 opens at 2014-05-06T10:07:00.000Z', { openAt: tuesday('10:07:00') }],
    [
      'MISALIGNED',
      'no 15m bar of FX_24x5 1 opens at 2014-05-03T10:00:00.000Z',
      { openAt: instant('2014-05-03T10:00:00Z') },
    ],
    [
      'MISALIGNED',
      'no 15m bar of FX_24x5 1 opens at 1950-01-03T10:00:00.000Z',
      { openAt: instant('1950-01-03T10:00:00Z') },
    ],
    ['MISALIGNED', 'the time of the bar cannot be read', { openAt: null }],
    [
      'FUTURE_BAR',
      'the bar reaches 2014-05-06T10:30:00.000Z, and it is 2014-05-06T10:24:54.000Z',
      { openAt: tuesday('10:15:00') },
    ],
    [
      'FUTURE_BAR',
      'the bar reaches 2999-01-01T00:00:00.000Z, and it is 2014-05-06T10:24:54.000Z',
      { openAt: instant('2999-01-01T00:00:00Z') },
    ],
    [
      'OUT_OF_ORDER',
      'the bar of 2014-05-06T09:30:00.000Z came after that of 2014-05-06T09:45:00.000Z',
      { openAt: tuesday('09:30:00') },
    ],
    [
      'OUT_OF_ORDER',
      'the bar of 2014-05-06T09:30:00.000Z came after that of 2014-05-06T09:45:00.000Z',
      { openAt: tuesday('09:30:00'), revision: 3 },
    ],
  ] as const)('that is %s is quarantined: %s', (reason, detail, changes) => {
    const at = tuesday('10:24:54');
    const openAt = 'openAt' in changes ? changes.openAt : tuesday('10:00:00');
    given(...watched)
      .when(observe(tuesday('10:00:00'), at, changes))
      .then({ type: 'BarQuarantined', data: { ...name, openAt, reason, detail, raw: 'as told', at } });
  });

  it('is quarantined with words that a fact can carry, however broken they came', () => {
    const at = tuesday('10:24:54');
    const openAt = tuesday('10:00:00');
    given(...watched)
      .when(observe(openAt, at, { open: '1.39\u0000', raw: 'o:1.39\u0000\nh:1.40' }))
      .then({
        type: 'BarQuarantined',
        data: {
          ...name,
          openAt,
          reason: 'NOT_FINITE',
          detail: "open '1.39\ufffd' is not a finite number",
          raw: 'o:1.39\ufffd h:1.40',
          at,
        },
      });
  });

  it('may be ahead of the clock by 5 s, and no more', () => {
    const at = tuesday('10:14:55');
    given(...watched)
      .when(observe(tuesday('10:00:00'), at))
      .then(closed(tuesday('10:00:00'), at, { colour: 'GREEN', ratio: 0, schedulable: true }));
  });
});
