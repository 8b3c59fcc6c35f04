import { plusMs, type Instant } from '@tocsin/domain-kit';
import { barClosingAfter, nominalBarMs } from '../../domain/bar-grid.ts';
import { breakerOf } from '../../domain/breaker.ts';
import { boundaryOf, cadenceOf, heardCloseOf, newestBarOf, type Calendars, type KnownFeed } from '../../domain/feed.ts';
import { mayAsk } from '../../domain/questions.ts';
import type { Cadence } from '../../domain/freshness.ts';

/** What this process remembers of its asking for one feed; no fact tells it, and it may be forgotten. */
export type Asking = {
  /** The bar that was last asked for, and how often. */
  readonly barCloseAt: Instant | null;
  readonly asks: number;
  readonly lastAt: Instant | null;
};

export const NEVER_ASKED: Asking = { barCloseAt: null, asks: 0, lastAt: null };

/** When the bars that are due are asked for, and up to which one. */
export type BarAsk = { readonly at: Instant; readonly barCloseAt: Instant };

/** A bar is asked for so soon after its close, in parts of the feed's latency, until it comes or is missed. */
const PARTS_OF_LATENCY = [0.05, 0.3, 0.6, 1] as const;

/** Sooner than this no provider has a bar ready. */
const SETTLE_MIN_MS = 500;

/** What was missed is asked for again after this part of a bar, and after a quarter of an hour at the latest. */
const CATCH_UP_BARS = 0.25;
const CATCH_UP_MAX_MS = 15 * 60_000;

/** A feed begins with this many bars of history. Source: ingestion, section 6.1. */
export const BACKFILL_BARS = 300;

/**
 * When to ask the active provider next; null when something must happen first. A bar that is late is asked for a few
 * times until it counts as missed; what is missing after that is asked for now and then, and with every later bar.
 */
export function nextBarAsk(feed: KnownFeed, asking: Asking, calendars: Calendars, now: Instant): BarAsk | null {
  if (!mayAsk(feed)) return null;
  const cadence = cadenceOf(feed.definition, calendars);
  const { attempts, waitsAfter, definition } = feed;
  if (attempts !== null && attempts.retryAt !== null) return { at: attempts.retryAt, barCloseAt: attempts.barCloseAt };
  const dueAt = boundaryOf(feed, calendars);
  const heardAt = heardCloseOf(feed);
  const regular = regularAt(dueAt, asking, definition.feedLatencyMs);
  const isGivenUp = attempts?.barCloseAt === dueAt;
  const onTime: BarAsk | null = regular === null || isGivenUp ? null : { at: regular, barCloseAt: dueAt };
  const isBehind = heardAt === null || heardAt < waitsAfter || isFreshTrial(feed, asking);
  if (!isBehind) return onTime;
  const catchUpAt =
    asking.lastAt === null || isFreshTrial(feed, asking) ? now : plusMs(asking.lastAt, catchUpMs(cadence));
  if (onTime !== null && onTime.at <= catchUpAt) return onTime;
  return { at: catchUpAt, barCloseAt: waitsAfter };
}

/** A provider whose trial has just begun is asked at once, whatever is due. */
const isFreshTrial = ({ breakers, provider }: KnownFeed, { lastAt }: Asking): boolean => {
  const breaker = breakerOf(breakers, provider);
  return breaker.status === 'half-open' && breaker.successes === 0 && (lastAt === null || lastAt < breaker.heardAt);
};

/** When a bar is asked for, for the first time or again; null when it was asked for often enough. */
function regularAt(barCloseAt: Instant, { barCloseAt: asked, asks }: Asking, latencyMs: number): Instant | null {
  const part = PARTS_OF_LATENCY[asked === barCloseAt ? asks : 0];
  if (part === undefined) return null;
  return plusMs(barCloseAt, Math.max(Math.min(SETTLE_MIN_MS, latencyMs), Math.round(part * latencyMs)));
}

const catchUpMs = ({ calendar, timeframe, feedLatencyMs }: Cadence): number =>
  Math.max(feedLatencyMs, Math.min(CATCH_UP_MAX_MS, CATCH_UP_BARS * nominalBarMs(calendar, timeframe)));

/** The moment after `asked` has been asked at `at`. */
export const afterAsking = (asking: Asking, barCloseAt: Instant, at: Instant): Asking => ({
  barCloseAt,
  asks: asking.barCloseAt === barCloseAt ? asking.asks + 1 : 1,
  lastAt: at,
});

/**
 * From where to ask: from the newest bar on, so that a change of it shows; without any, far enough back for the history
 * that a feed begins with.
 */
export function askFrom(feed: KnownFeed, calendars: Calendars): Instant {
  const newest = newestBarOf(feed);
  if (newest !== null) return newest.openAt;
  const { calendar, timeframe } = cadenceOf(feed.definition, calendars);
  const wantedMs = (BACKFILL_BARS + 1) * nominalBarMs(calendar, timeframe);
  let spanMs = wantedMs;
  let from = plusMs(feed.beganAt, -spanMs);
  // A market is closed for a part of the time, and a calendar may not know of what was long ago.
  while (calendar.covers(from) && calendar.marketMs(from, feed.beganAt) < wantedMs) {
    const earlier = plusMs(feed.beganAt, -(spanMs *= 1.5));
    if (!calendar.covers(earlier)) break;
    from = earlier;
  }
  return calendar.covers(from) ? barClosingAfter(calendar, timeframe, from).openAt : feed.beganAt;
}
