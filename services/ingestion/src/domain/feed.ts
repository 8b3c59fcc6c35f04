import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  BarQuarantined,
  Colour,
  FeedAdded,
  FeedPaused,
  FreshnessChanged,
  MarketState,
} from '@tocsin/contracts';
import { earlierOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { barClosingAfter } from './bar-grid.ts';
import { calendarOf } from './calendars/calendars.ts';
import { nextChangeAt, type Cadence } from './freshness.ts';

/** What a feed watches, and how: what `FeedAdded` says, but for the moment. */
export type FeedDefinition = Omit<FeedAdded['data'], 'at'>;

/** The newest edition of a bar that came. */
export type KnownBar = { readonly openAt: Instant; readonly closeAt: Instant; readonly revision: number };

/** The attempts at one bar. */
export type Attempts = {
  readonly barCloseAt: Instant;
  /** How many have failed. */
  readonly failed: number;
  readonly firstAt: Instant;
  /** When the next one is due; null when there is none. */
  readonly retryAt: Instant | null;
};

/** A feed that has been added, watched or not. */
export type KnownFeed = {
  readonly status: 'active' | 'paused';
  readonly definition: FeedDefinition;
  /** The newest bars, oldest first; at most `RECENT_BARS`. The last one is the newest complete bar. */
  readonly recent: readonly KnownBar[];
  readonly colour: Colour;
  readonly marketState: MarketState;
  /** The first bar that closes after this moment is the one waited for. */
  readonly waitsAfter: Instant;
  /** Boundaries in a row whose bar did not come in time. */
  readonly missedInARow: number;
  readonly attempts: Attempts | null;
  /** When the provider was last heard, whatever it said. */
  readonly observedAt: Instant;
  /** When freshness was last judged. */
  readonly judgedAt: Instant;
};

export type Feed = { readonly status: 'unknown' } | KnownFeed;

export type FeedEvent =
  FeedAdded | FeedPaused | BarClosed | BarQuarantined | BarMissed | FreshnessChanged | AttemptFailed;

/** What is said about a feed once it has been added. */
export type KnownFeedEvent = Exclude<FeedEvent, FeedAdded>;

/** How many bars a feed remembers, to tell a repeated bar from a new edition: enough for a late correction. */
export const RECENT_BARS = 16;

export const cadenceOf = ({ calendarId, timeframe, feedLatencyMs }: FeedDefinition): Cadence => ({
  calendar: calendarOf(calendarId),
  timeframe,
  feedLatencyMs,
});

/** Both hold the same few texts, numbers and booleans, so equal text is equal meaning, whatever the order. */
export const isSameDefinition = (one: FeedDefinition, other: FeedDefinition): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

export const newestBarOf = (feed: KnownFeed): KnownBar | null => feed.recent.at(-1) ?? null;

/** The close of the bar that a feed waits for. */
export function boundaryOf({ definition, waitsAfter }: KnownFeed): Instant {
  const { calendar, timeframe } = cadenceOf(definition);
  return barClosingAfter(calendar, timeframe, waitsAfter).closeAt;
}

/** When a feed will have something to say although nothing came: a bar missed, a colour worse, a market opened or closed. */
export function evaluateAt(feed: Feed): Instant | null {
  if (feed.status !== 'active') return null;
  const missedAt = plusMs(boundaryOf(feed), feed.definition.feedLatencyMs);
  const known = { barCloseAt: newestBarOf(feed)?.closeAt ?? null, colour: feed.colour };
  const changesAt = nextChangeAt(cadenceOf(feed.definition), known, feed.judgedAt);
  return changesAt === null ? missedAt : earlierOf(missedAt, changesAt);
}
