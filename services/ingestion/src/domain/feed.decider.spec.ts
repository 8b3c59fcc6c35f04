import type { Colour, MarketState } from '@tocsin/contracts';
import { specify } from '@tocsin/testkit';
import { decimal, instant, pairOf, plusMs, type Instant } from '@tocsin/domain-kit';
import type { CandidateBar } from './candidate-bar.ts';
import type { FeedCommand } from './feed.commands.ts';
import { feedDecider } from './feed.decider.ts';
import type { FeedDefinition, FeedEvent } from './feed.ts';

const { given } = specify(feedDecider);

const definition: FeedDefinition = {
  pair: pairOf('EURUSD', '15m'),
  symbol: 'EURUSD',
  timeframe: '15m',
  provider: 'simulated',
  calendarId: 'FX_24x5',
  calendarVersion: '1',
  volumeKind: 'tick',
  simulated: true,
  feedLatencyMs: 30_000,
};
const name = { pair: definition.pair, symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' } as const;

const tuesday = (time: string): Instant => instant(`2014-05-06T${time}.000Z`);
const start = tuesday('09:00:00');

const add = (at: Instant): FeedCommand => ({ type: 'AddFeed', data: { definition, at } });
const candidate = (openAt: Instant | null, changes: Partial<CandidateBar> = {}): CandidateBar => ({
  openAt,
  open: '1.3923',
  high: '1.3931',
  low: '1.3921',
  close: '1.3928',
  volume: '15',
  revision: 0,
  raw: 'as told',
  ...changes,
});
const observe = (
  openAt: Instant | null,
  at: Instant,
  changes: Partial<CandidateBar> = {},
  backfill = false,
): FeedCommand => ({
  type: 'ObserveBar',
  data: { bar: candidate(openAt, changes), backfill, at },
});
const pass = (at: Instant): FeedCommand => ({ type: 'PassDeadline', data: { at } });

const added = (at: Instant): FeedEvent => ({ type: 'FeedAdded', data: { ...definition, at } });
const freshness = (
  colour: Colour,
  previous: Colour | null,
  evaluatedAt: Instant,
  rest: {
    ratio: number | null;
    barCloseAt: Instant | null;
    reason: 'BAR' | 'TIME' | 'NO_DATA' | 'MARKET_OPENED' | 'MARKET_CLOSED';
    marketState?: MarketState;
  },
): FeedEvent => ({
  type: 'FreshnessChanged',
  data: {
    ...name,
    colour,
    previous,
    evaluatedAt,
    marketState: 'OPEN',
    calendarId: 'FX_24x5',
    calendarVersion: '1',
    ...rest,
  },
});
const noData = (at: Instant): FeedEvent =>
  freshness('RED', null, at, { ratio: null, barCloseAt: null, reason: 'NO_DATA' });
const closed = (
  openAt: Instant,
  receivedAt: Instant,
  judged: { colour: Colour; ratio: number; schedulable: boolean; marketState?: MarketState },
  changes: { revision?: number; backfill?: boolean; close?: string } = {},
): FeedEvent => ({
  type: 'BarClosed',
  data: {
    ...name,
    simulated: true,
    openAt,
    closeAt: plusMs(openAt, 900_000),
    open: decimal('1.3923'),
    high: decimal('1.3931'),
    low: decimal('1.3921'),
    close: decimal(changes.close ?? '1.3928'),
    volume: 15,
    volumeKind: 'tick',
    revision: changes.revision ?? 0,
    backfill: changes.backfill ?? false,
    freshness: { marketState: 'OPEN', ...judged, evaluatedAt: receivedAt },
    receivedAt,
  },
});
const missed = (boundaryAt: Instant, colour: Colour, inARow: number): FeedEvent => ({
  type: 'BarMissed',
  data: { ...name, boundaryAt, colour, inARow, at: plusMs(boundaryAt, 30_000) },
});

/** A feed that is GREEN by the bar that closed at 10:00. */
const watched: readonly FeedEvent[] = [
  added(start),
  noData(start),
  closed(tuesday('09:45:00'), tuesday('10:00:03'), { colour: 'GREEN', ratio: 3 / 900, schedulable: true }),
  freshness('GREEN', 'RED', tuesday('10:00:03'), { ratio: 3 / 900, barCloseAt: tuesday('10:00:00'), reason: 'BAR' }),
];

describe('a feed', () => {
  it('is RED until its first bar, for want of data', () => {
    given().when(add(start)).then(added(start), noData(start));
  });

  it('is added once', () => {
    given(...watched)
      .when(add(tuesday('11:00:00')))
      .thenNothing();
  });

  it('goes on after a pause, with what it knew', () => {
    const paused: FeedEvent = {
      type: 'FeedPaused',
      data: { pair: name.pair, reason: 'Lunch.', at: tuesday('10:01:00') },
    };
    given(...watched, paused)
      .when(add(tuesday('10:31:00')))
      .then(
        added(tuesday('10:31:00')),
        freshness('AMBER', 'GREEN', tuesday('10:31:00'), {
          ratio: 1860 / 900,
          barCloseAt: tuesday('10:00:00'),
          reason: 'TIME',
        }),
      );
    given(...watched, paused)
      .when(observe(tuesday('10:00:00'), tuesday('10:15:02')))
      .thenRefused('feed-paused');
    given(...watched, paused)
      .when({ type: 'PauseFeed', data: { reason: 'Again.', at: tuesday('10:02:00') } })
      .thenNothing();
  });

  it('says nothing about a pair that nobody added', () => {
    given()
      .when(observe(start, tuesday('09:15:02')))
      .thenRefused('feed-unknown');
    given()
      .when({ type: 'PauseFeed', data: { reason: 'Unknown.', at: start } })
      .thenRefused('feed-unknown');
  });

  it('is paused once', () => {
    const pause = {
      type: 'PauseFeed',
      data: { reason: 'The recorded history has come to its end.', at: tuesday('10:05:00') },
    } as const;
    given(...watched)
      .when(pause)
      .then({ type: 'FeedPaused', data: { pair: name.pair, ...pause.data } });
  });
});

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
      .when(observe(tuesday('08:45:00'), at, {}, true))
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

  it('in a new edition is said again, but is neither new nor fresher', () => {
    const at = tuesday('10:05:00');
    given(...watched)
      .when(observe(tuesday('09:45:00'), at, { revision: 1, close: '1.3929' }))
      .then(
        closed(
          tuesday('09:45:00'),
          at,
          { colour: 'GREEN', ratio: 300 / 900, schedulable: false },
          { revision: 1, close: '1.3929' },
        ),
      );
  });

  it('in a new edition of an older one never makes freshness better', () => {
    const next = tuesday('10:15:02');
    const late = tuesday('10:40:00');
    given(
      ...watched,
      closed(tuesday('10:00:00'), next, { colour: 'GREEN', ratio: 2 / 900, schedulable: true }),
      freshness('AMBER', 'GREEN', tuesday('10:37:30'), { ratio: 1.5, barCloseAt: tuesday('10:15:00'), reason: 'TIME' }),
    )
      .when(observe(tuesday('09:45:00'), late, { revision: 1 }))
      .then(
        closed(tuesday('09:45:00'), late, { colour: 'AMBER', ratio: 1500 / 900, schedulable: false }, { revision: 1 }),
      );
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
      'DUPLICATE',
      'edition 0 of the bar of 2014-05-06T09:45:00.000Z came after edition 0',
      { openAt: tuesday('09:45:00') },
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
    const { openAt } = candidate(tuesday('10:00:00'), changes);
    given(...watched)
      .when(observe(tuesday('10:00:00'), at, changes))
      .then({ type: 'BarQuarantined', data: { ...name, openAt, reason, detail, raw: 'as told', at } });
  });

  it('may be ahead of the clock by 5 s, and no more', () => {
    const at = tuesday('10:14:55');
    given(...watched)
      .when(observe(tuesday('10:00:00'), at))
      .then(closed(tuesday('10:00:00'), at, { colour: 'GREEN', ratio: 0, schedulable: true }));
  });
});

describe('a bar that does not come', () => {
  it('is missed once its latency is over, while the colour is kept', () => {
    given(...watched)
      .when(pass(tuesday('10:15:30')))
      .then(missed(tuesday('10:15:00'), 'GREEN', 1));
    given(...watched)
      .when(pass(tuesday('10:15:29')))
      .thenNothing();
  });

  it('turns the pair AMBER above 1.5 and RED from 3, between two boundaries and on them', () => {
    const amberAt = instant('2014-05-06T10:22:30.001Z');
    const amber = freshness('AMBER', 'GREEN', amberAt, {
      ratio: 1_350_001 / 900_000,
      barCloseAt: tuesday('10:00:00'),
      reason: 'TIME',
    });
    const inFlight = [...watched, missed(tuesday('10:15:00'), 'GREEN', 1)];
    given(...inFlight)
      .when(pass(amberAt))
      .then(amber);
    given(...inFlight, amber)
      .when(pass(tuesday('10:30:30')))
      .then(missed(tuesday('10:30:00'), 'AMBER', 2));
    given(...inFlight, amber, missed(tuesday('10:30:00'), 'AMBER', 2))
      .when(pass(tuesday('10:45:00')))
      .then(
        freshness('RED', 'AMBER', tuesday('10:45:00'), { ratio: 3, barCloseAt: tuesday('10:00:00'), reason: 'TIME' }),
      );
  });

  it('is forgotten with the next one that comes', () => {
    given(
      ...watched,
      missed(tuesday('10:15:00'), 'GREEN', 1),
      closed(tuesday('10:15:00'), tuesday('10:30:02'), { colour: 'GREEN', ratio: 2 / 900, schedulable: true }),
    )
      .when(pass(tuesday('10:45:30')))
      .then(missed(tuesday('10:45:00'), 'GREEN', 1));
  });
});

describe('a market', () => {
  it('that opens or closes is news, whatever the colour', () => {
    const friday = instant('2014-05-09T20:45:00.000Z');
    const before = plusMs(friday, -900_000);
    const bar = closed(plusMs(friday, -900_000), friday, { colour: 'GREEN', ratio: 0, schedulable: true });
    const green = freshness('GREEN', 'RED', friday, { ratio: 0, barCloseAt: friday, reason: 'BAR' });
    const close = instant('2014-05-09T21:00:00.000Z');
    const shut = freshness('GREEN', 'GREEN', close, {
      ratio: 1,
      barCloseAt: friday,
      reason: 'MARKET_CLOSED',
      marketState: 'CLOSED',
    });
    const open = instant('2014-05-11T21:00:00.000Z');
    given(added(before), noData(before), bar, green).when(pass(close)).then(shut);
    given(added(before), noData(before), bar, green, shut)
      .when(pass(open))
      .then(freshness('GREEN', 'GREEN', open, { ratio: 1, barCloseAt: friday, reason: 'MARKET_OPENED' }), {
        type: 'BarMissed',
        data: { ...name, boundaryAt: close, colour: 'GREEN', inARow: 1, at: open },
      });
  });
});

describe('an attempt', () => {
  const barCloseAt = tuesday('10:15:00');
  const failure = {
    failureSource: 'provider',
    errorCode: 'PROVIDER_ERROR',
    message: 'The provider answered 503.',
  } as const;
  const fail = (at: Instant, retryAfterMs: number | null = null, jitter = 0.5): FeedCommand => ({
    type: 'ObserveFailure',
    data: { barCloseAt, failure: { ...failure, retryAfterMs }, jitter, at },
  });
  const failed = (attempt: number, at: Instant, retryAt: Instant | null): FeedEvent => ({
    type: 'AttemptFailed',
    data: { ...name, barCloseAt, attempt, attemptsMax: 5, exhausted: retryAt === null, retryAt, ...failure, at },
  });
  const ms = (text: string): Instant => instant(`2014-05-06T${text}Z`);

  const four = [
    failed(1, ms('10:15:03.000'), ms('10:15:03.500')),
    failed(2, ms('10:15:03.500'), ms('10:15:04.500')),
    failed(3, ms('10:15:04.500'), ms('10:15:06.500')),
    failed(4, ms('10:15:06.500'), ms('10:15:10.500')),
  ];

  it('R-14: is made up to five times, each delay twice the one before and spread by chance', () => {
    given(...watched)
      .when(fail(ms('10:15:03.000')))
      .then(failed(1, ms('10:15:03.000'), ms('10:15:03.500')));
    given(...watched, ...four.slice(0, 3))
      .when(fail(ms('10:15:06.500')))
      .then(failed(4, ms('10:15:06.500'), ms('10:15:10.500')));
    given(...watched, ...four)
      .when(fail(ms('10:15:10.500')))
      .then(failed(5, ms('10:15:10.500'), null));
  });

  it('R-14: is not made again after the last one', () => {
    given(...watched, ...four, failed(5, ms('10:15:10.500'), null))
      .when(fail(ms('10:15:20.000')))
      .thenRefused('attempts-exhausted');
  });

  it('R-14: waits as long as the provider asks, unless that is over half a bar after the first', () => {
    given(...watched)
      .when(fail(ms('10:15:03.000'), 20_000))
      .then(failed(1, ms('10:15:03.000'), ms('10:15:23.000')));
    given(...watched)
      .when(fail(ms('10:15:03.000'), 450_000))
      .then(failed(1, ms('10:15:03.000'), ms('10:22:33.000')));
    given(...watched)
      .when(fail(ms('10:15:03.000'), 450_001))
      .then(failed(1, ms('10:15:03.000'), null));
  });

  it('R-14: never shares its moment with the one before, whatever chance says', () => {
    given(...watched)
      .when(fail(ms('10:15:03.000'), null, 0))
      .then(failed(1, ms('10:15:03.000'), ms('10:15:03.001')));
  });

  it('begins anew with the next bar', () => {
    const next = { ...failure, retryAfterMs: null };
    given(...watched, ...four, failed(5, ms('10:15:10.500'), null))
      .when({
        type: 'ObserveFailure',
        data: { barCloseAt: tuesday('10:30:00'), failure: next, jitter: 0.5, at: tuesday('10:30:03') },
      })
      .then({
        type: 'AttemptFailed',
        data: {
          ...name,
          barCloseAt: tuesday('10:30:00'),
          attempt: 1,
          attemptsMax: 5,
          exhausted: false,
          retryAt: ms('10:30:03.500'),
          ...failure,
          at: tuesday('10:30:03'),
        },
      });
  });

  it('that brings HTML instead of bars is quarantined, and has failed', () => {
    const body = `<!DOCTYPE html><title>Sign in</title>${' '.repeat(3_000)}`;
    const at = ms('10:15:03.000');
    given(...watched)
      .when({ type: 'ObserveGarbage', data: { barCloseAt, body, jitter: 0.5, at } })
      .then(
        {
          type: 'BarQuarantined',
          data: {
            ...name,
            openAt: null,
            reason: 'NOT_TABULAR',
            detail: 'HTML where bars were expected',
            raw: body.slice(0, 2_000),
            at,
          },
        },
        {
          type: 'AttemptFailed',
          data: {
            ...name,
            barCloseAt,
            attempt: 1,
            attemptsMax: 5,
            exhausted: false,
            retryAt: ms('10:15:03.500'),
            failureSource: 'bad_output',
            errorCode: 'BAD_DATA',
            message: 'The provider answered with HTML where bars were expected.',
            at,
          },
        },
      );
  });
});
