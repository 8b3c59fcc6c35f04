import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  BarQuarantined,
  BarReleased,
  BarRevised,
  BreakerClosed,
  BreakerHalfOpened,
  BreakerOpened,
  BreakerProbed,
  Colour,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSource,
  FeedSwitched,
  FreshnessChanged,
  GapFilled,
  GapFound,
  MarketState,
} from '@tocsin/contracts';
import { earlierOf, laterOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { barClosingAfter } from './bar-grid.ts';
import { breakerDueAt, type Breakers } from './breaker.ts';
import type { Calendar } from './calendars/calendar.ts';
import type { ToldBar } from './candidate-bar.ts';
import { nextChangeAt, type Cadence } from './freshness.ts';
import type { Gap } from './gap.ts';

/** What a feed watches, and how: what `FeedAdded` says, but for the moment. */
export type FeedDefinition = Omit<FeedAdded['data'], 'at'>;

/** The calendars by which feeds are judged; asked by name, so that a newer version may take an older one's place. */
export type Calendars = { readonly of: (id: string) => Calendar; readonly has: (id: string) => boolean };

/** The newest edition of a bar that came. */
export type KnownBar = {
  readonly openAt: Instant;
  readonly closeAt: Instant;
  readonly revision: number;
  /** Of its numbers, to tell a repetition from another edition. */
  readonly digest: string;
};

/** A bar that was put aside as a spike and may still be confirmed. */
export type Suspect = { readonly provider: string; readonly openAt: Instant; readonly bar: ToldBar };

/** Something that was put aside, by which it is known when it is told again. */
export type Refused = { readonly openAt: Instant | null; readonly digest: string };

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
  readonly status: 'active' | 'paused' | 'removed';
  /** Whether it is paused for want of its calendar, so that it goes on by itself once that is there again. */
  readonly wantsCalendar: boolean;
  readonly definition: FeedDefinition;
  /** The provider that is asked. */
  readonly provider: string;
  /** The newest bars, oldest first; at most `RECENT_BARS`. The last one is the newest complete bar. */
  readonly recent: readonly KnownBar[];
  /** The closes of the newest bars, oldest first; at most `CLOSES_KEPT`. */
  readonly closes: readonly number[];
  /** How many of the newest bars in a row show one and the same price and no volume. */
  readonly flatInARow: number;
  readonly suspect: Suspect | null;
  readonly refused: readonly Refused[];
  readonly gaps: readonly Gap[];
  readonly breakers: Breakers;
  readonly colour: Colour;
  readonly marketState: MarketState;
  /** Bars that closed by this moment are history to the feed. */
  readonly beganAt: Instant;
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

/** What is said about a feed once it has been added. */
export type KnownFeedEvent =
  | FeedPaused
  | FeedResumed
  | FeedRemoved
  | FeedSwitched
  | BarClosed
  | BarRevised
  | BarQuarantined
  | BarReleased
  | BarMissed
  | GapFound
  | GapFilled
  | FreshnessChanged
  | AttemptFailed
  | BreakerOpened
  | BreakerHalfOpened
  | BreakerProbed
  | BreakerClosed;

export type FeedEvent = FeedAdded | KnownFeedEvent;

/** How many bars a feed remembers, to tell a repeated bar from a new edition: enough for a late correction. */
export const RECENT_BARS = 12;

/** Closes for the standard deviation of twenty returns. */
export const CLOSES_KEPT = 21;

/** How many things that were put aside a feed remembers, so that it does not put them aside again. */
export const REFUSED_KEPT = 4;

export const cadenceOf = ({ calendarId, timeframe, feedLatencyMs }: FeedDefinition, calendars: Calendars): Cadence => ({
  calendar: calendars.of(calendarId),
  timeframe,
  feedLatencyMs,
});

/** The providers of a feed in the order in which they are tried; never empty. */
export const sourcesOf = ({ sources, provider, symbol }: FeedDefinition): readonly FeedSource[] =>
  sources ?? [{ provider, symbol }];

/** The words that name a feed in everything it says; the provider is the one that it concerns. */
export const named = (
  { definition: { pair, symbol, timeframe }, provider: active }: KnownFeed,
  provider: string = active,
): Pick<FeedDefinition, 'pair' | 'symbol' | 'timeframe' | 'provider'> => ({ pair, symbol, timeframe, provider });

/** Definitions hold texts, numbers, booleans and one list, so equal text is equal meaning. */
export const isSameDefinition = (one: FeedDefinition, other: FeedDefinition): boolean =>
  spelled(one) === spelled(other);

/** In one order of fields, at every depth: what was kept in a database comes back in another. */
const spelled = ({ sources, ...rest }: FeedDefinition): string =>
  JSON.stringify([Object.entries(rest).sort(), sources?.map(({ provider, symbol }) => [provider, symbol])]);

export const newestBarOf = (feed: KnownFeed): KnownBar | null => feed.recent.at(-1) ?? null;

/** The close of the newest bar that came, whether it was taken or is held back as a spike; null when none ever came. */
export function heardCloseOf(feed: KnownFeed): Instant | null {
  const newest = newestBarOf(feed)?.closeAt ?? null;
  const suspected = feed.suspect?.bar.closeAt ?? null;
  return newest === null || suspected === null ? (newest ?? suspected) : laterOf(newest, suspected);
}

/** The close of the bar that a feed waits for. */
export function boundaryOf({ definition, waitsAfter }: KnownFeed, calendars: Calendars): Instant {
  const { calendar, timeframe } = cadenceOf(definition, calendars);
  return barClosingAfter(calendar, timeframe, waitsAfter).closeAt;
}

/**
 * When a feed will have something to say although nothing came: a bar missed, a colour worse, a market opened or closed,
 * a provider to be tried again.
 */
export function evaluateAt(feed: Feed, calendars: Calendars): Instant | null {
  if (feed.status !== 'active') return null;
  const cadence = cadenceOf(feed.definition, calendars);
  const missedAt = plusMs(boundaryOf(feed, calendars), feed.definition.feedLatencyMs);
  const known = { barCloseAt: heardCloseOf(feed), colour: feed.colour };
  const moments = [nextChangeAt(cadence, known, feed.judgedAt), breakerDueAt(feed.breakers, cadence)];
  return moments.reduce<Instant>((first, at) => (at === null ? first : earlierOf(first, at)), missedAt);
}
