import type { AttemptFailed, BarClosed, FeedAdded } from '@tocsin/contracts';
import { laterOf } from '@tocsin/domain-kit';
import {
  RECENT_BARS,
  newestBarOf,
  type Attempts,
  type Feed,
  type FeedEvent,
  type KnownBar,
  type KnownFeed,
  type KnownFeedEvent,
} from './feed.ts';

/** How a feed remembers. Nothing here asks a calendar, so that facts refold to the same state under any version of one. */
export function evolveFeed(feed: Feed, event: FeedEvent): Feed {
  if (event.type === 'FeedAdded') return evolveAdded(feed, event);
  return feed.status === 'unknown' ? feed : evolveKnown(feed, event);
}

function evolveAdded(feed: Feed, { data: { at, ...definition } }: FeedAdded): KnownFeed {
  // A bar that closed before the feed began is history, and nobody waits for it.
  const begun = {
    status: 'active',
    definition,
    waitsAfter: at,
    missedInARow: 0,
    attempts: null,
    observedAt: at,
    judgedAt: at,
  } as const;
  return feed.status === 'unknown'
    ? { recent: [], colour: 'RED', marketState: 'CLOSED', ...begun }
    : { ...feed, ...begun };
}

/** How a feed that has been added remembers. */
export function evolveKnown(feed: KnownFeed, event: KnownFeedEvent): KnownFeed {
  switch (event.type) {
    case 'FeedPaused':
      return { ...feed, status: 'paused', attempts: null };
    case 'BarClosed':
      return evolveClosed(feed, event);
    case 'BarQuarantined':
      return { ...feed, observedAt: event.data.at };
    case 'FreshnessChanged': {
      const { colour, marketState, evaluatedAt } = event.data;
      return { ...feed, colour, marketState, judgedAt: evaluatedAt };
    }
    case 'BarMissed': {
      const { boundaryAt, inARow, at } = event.data;
      return { ...feed, waitsAfter: boundaryAt, missedInARow: inARow, judgedAt: at };
    }
    case 'AttemptFailed':
      return { ...feed, attempts: attemptsAfter(feed.attempts, event.data), observedAt: event.data.at };
  }
}

function evolveClosed(feed: KnownFeed, { data: { openAt, closeAt, revision, receivedAt } }: BarClosed): KnownFeed {
  const newest = newestBarOf(feed);
  const bar = { openAt, closeAt, revision };
  const heard = { ...feed, recent: remember(feed.recent, bar), observedAt: receivedAt, judgedAt: receivedAt };
  if (newest !== null && openAt <= newest.openAt) return heard;
  const isAnswered = feed.attempts !== null && closeAt >= feed.attempts.barCloseAt;
  return {
    ...heard,
    waitsAfter: laterOf(feed.waitsAfter, closeAt),
    missedInARow: 0,
    attempts: isAnswered ? null : feed.attempts,
  };
}

/** The newest bars in order, with the edition that came last. */
function remember(recent: readonly KnownBar[], bar: KnownBar): readonly KnownBar[] {
  const others = recent.filter(({ openAt }) => openAt !== bar.openAt);
  const at = others.findLastIndex(({ openAt }) => openAt < bar.openAt) + 1;
  return others.toSpliced(at, 0, bar).slice(-RECENT_BARS);
}

function attemptsAfter(before: Attempts | null, { barCloseAt, attempt, retryAt, at }: AttemptFailed['data']): Attempts {
  const firstAt = before?.barCloseAt === barCloseAt ? before.firstAt : at;
  return { barCloseAt, failed: attempt, firstAt, retryAt };
}
