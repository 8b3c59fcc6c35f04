import type { Colour, MarketState } from '@tocsin/contracts';
import { decimal, instant, pairOf, plusMs, type Instant } from '@tocsin/domain-kit';
import type { CandidateBar } from '../src/domain/candidate-bar.ts';
import type { FeedCommand } from '../src/domain/feed.commands.ts';
import { defaultCalendars } from '../src/domain/calendars/calendars.ts';
import { feedDecider } from '../src/domain/feed.decider.ts';
import type { Calendars, FeedDefinition, FeedEvent } from '../src/domain/feed.ts';

export const calendars: Calendars = defaultCalendars;
export const decider = feedDecider(calendars);

/** Words for stories about one feed: EURUSD every 15 minutes, on Tuesday 6 May 2014. */
export const definition: FeedDefinition = {
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
export const name = { pair: definition.pair, symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' } as const;

export const tuesday = (time: string): Instant => instant(`2014-05-06T${time}.000Z`);
export const start = tuesday('09:00:00');

export const add = (at: Instant): FeedCommand => ({ type: 'AddFeed', data: { definition, at } });
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
export const observe = (
  openAt: Instant | null,
  at: Instant,
  changes: Partial<CandidateBar> = {},
  provider = 'simulated',
): FeedCommand => ({
  type: 'ObserveBar',
  data: { provider, bar: candidate(openAt, changes), at },
});
export const pass = (at: Instant): FeedCommand => ({ type: 'PassDeadline', data: { at } });

export const added = (at: Instant): FeedEvent => ({ type: 'FeedAdded', data: { ...definition, at } });
export const freshness = (
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
export const noData = (at: Instant): FeedEvent =>
  freshness('RED', null, at, { ratio: null, barCloseAt: null, reason: 'NO_DATA' });
export const closed = (
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
export const missed = (boundaryAt: Instant, colour: Colour, inARow: number): FeedEvent => ({
  type: 'BarMissed',
  data: { ...name, boundaryAt, colour, inARow, at: plusMs(boundaryAt, 30_000) },
});

/** A feed that is GREEN by the bar that closed at 10:00. */
export const watched: readonly FeedEvent[] = [
  added(start),
  noData(start),
  closed(tuesday('09:45:00'), tuesday('10:00:03'), { colour: 'GREEN', ratio: 3 / 900, schedulable: true }),
  freshness('GREEN', 'RED', tuesday('10:00:03'), { ratio: 3 / 900, barCloseAt: tuesday('10:00:00'), reason: 'BAR' }),
];
