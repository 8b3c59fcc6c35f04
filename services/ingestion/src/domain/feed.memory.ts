import type { AttemptFailed, BarClosed, BarQuarantined, BarRevised, FeedAdded } from '@tocsin/contracts';
import { laterOf, type Instant } from '@tocsin/domain-kit';
import { evolveBreakers } from './breaker.memory.ts';
import { digestOf } from './digest.ts';
import { isFlat } from './flat.ts';
import {
  CLOSES_KEPT,
  newestBarOf,
  RECENT_BARS,
  REFUSED_KEPT,
  sourcesOf,
  type Attempts,
  type Feed,
  type FeedDefinition,
  type FeedEvent,
  type KnownBar,
  type KnownFeed,
  type KnownFeedEvent,
  type Refused,
} from './feed.ts';
import { GAPS_KEPT, isWithin } from './gap.ts';

type Numbers = Pick<BarClosed['data'], 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** Equal for two tellings of a bar that mean the same numbers, however they spell them. */
export const editionOf = ({ open, high, low, close, volume }: Numbers): string =>
  digestOf([open, high, low, close, volume].map(Number).join(' '));

/** By what something that was put aside is known again. */
export const refusalOf = ({ openAt, raw }: Pick<BarQuarantined['data'], 'openAt' | 'raw'>): Refused => ({
  openAt,
  digest: digestOf(raw),
});

/** How a feed remembers. Nothing here asks a calendar, so that facts refold to the same state under any version of one. */
export function evolveFeed(feed: Feed, event: FeedEvent): Feed {
  if (event.type === 'FeedAdded') return evolveAdded(feed, event);
  return feed.status === 'unknown' ? feed : evolveKnown(feed, event);
}

/** How a feed that has been added remembers several facts. */
export const evolveAll = (feed: KnownFeed, events: readonly KnownFeedEvent[]): KnownFeed =>
  events.reduce(evolveKnown, feed);

/** What begins when a feed is added, or goes on. A bar that closed before is history, and nobody waits for it. */
const begun = (at: Instant) =>
  ({
    status: 'active',
    wantsCalendar: false,
    waitsAfter: at,
    missedInARow: 0,
    attempts: null,
    observedAt: at,
    judgedAt: at,
  }) as const;

function evolveAdded(feed: Feed, { data: { at, ...definition } }: FeedAdded): KnownFeed {
  if (feed.status === 'unknown')
    return { ...UNHEARD, definition, provider: firstOf(definition), beganAt: at, ...begun(at) };
  const names = sourcesOf(definition).map(({ provider }) => provider);
  return {
    ...feed,
    ...begun(at),
    definition,
    provider: names.includes(feed.provider) ? feed.provider : firstOf(definition),
    breakers: Object.fromEntries(Object.entries(feed.breakers).filter(([name]) => names.includes(name))),
    beganAt: feed.status === 'active' ? feed.beganAt : at,
  };
}

const firstOf = (definition: FeedDefinition): string => sourcesOf(definition)[0]?.provider ?? definition.provider;

const UNHEARD = {
  recent: [],
  closes: [],
  flatInARow: 0,
  suspect: null,
  refused: [],
  gaps: [],
  breakers: {},
  colour: 'RED',
  marketState: 'CLOSED',
} as const;

/** How a feed that has been added remembers. */
export function evolveKnown(feed: KnownFeed, event: KnownFeedEvent): KnownFeed {
  const breakers = evolveBreakers(feed.breakers, event);
  return { ...remembered(feed, event), breakers };
}

function remembered(feed: KnownFeed, event: KnownFeedEvent): KnownFeed {
  switch (event.type) {
    case 'FeedPaused':
      return { ...feed, status: 'paused', wantsCalendar: event.data.cause === 'calendar-missing', attempts: null };
    case 'FeedRemoved':
      return { ...feed, status: 'removed', wantsCalendar: false, attempts: null, suspect: null, gaps: [] };
    case 'FeedResumed':
      return { ...feed, ...begun(event.data.at), beganAt: event.data.at };
    case 'FeedSwitched':
      return { ...feed, provider: event.data.provider, attempts: null };
    case 'BarClosed':
      return closed(feed, event);
    case 'BarRevised':
      return revised(feed, event);
    case 'BarQuarantined':
      return putAside(feed, event);
    case 'BarReleased':
      return { ...feed, suspect: null };
    case 'GapFound': {
      const { fromAt, toAt, bars } = event.data;
      return { ...feed, gaps: [...feed.gaps, { fromAt, toAt, bars, came: 0 }].slice(-GAPS_KEPT) };
    }
    case 'GapFilled':
      return { ...feed, gaps: feed.gaps.filter(({ fromAt }) => fromAt !== event.data.fromAt) };
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
    case 'BreakerOpened':
      return { ...feed, attempts: event.data.provider === feed.provider ? null : feed.attempts };
    case 'BreakerHalfOpened':
    case 'BreakerProbed':
    case 'BreakerClosed':
      return feed;
  }
}

function closed(feed: KnownFeed, { data }: BarClosed): KnownFeed {
  const { openAt, closeAt, revision, receivedAt } = data;
  const newest = newestBarOf(feed);
  const bar = { openAt, closeAt, revision, digest: editionOf(data) };
  const gaps = feed.gaps.map((gap) => (isWithin(gap, openAt, closeAt) ? { ...gap, came: gap.came + 1 } : gap));
  const heard = { ...feed, gaps, recent: remember(feed.recent, bar), observedAt: receivedAt, judgedAt: receivedAt };
  if (newest !== null && openAt <= newest.openAt) return heard;
  const close = Number(data.close);
  const isOneMoreFlat = isFlat(data) && (feed.flatInARow === 0 || feed.closes.at(-1) === close);
  return {
    ...heard,
    ...answered(feed, closeAt),
    closes: [...feed.closes, close].slice(-CLOSES_KEPT),
    flatInARow: isOneMoreFlat ? feed.flatInARow + 1 : Number(isFlat(data)),
    suspect: null,
  };
}

function revised(feed: KnownFeed, { data }: BarRevised): KnownFeed {
  const { openAt, closeAt, revision, receivedAt } = data;
  const isNewest = newestBarOf(feed)?.openAt === openAt;
  return {
    ...feed,
    recent: remember(feed.recent, { openAt, closeAt, revision, digest: editionOf(data) }),
    closes: isNewest ? [...feed.closes.slice(0, -1), Number(data.close)] : feed.closes,
    observedAt: receivedAt,
  };
}

function putAside(feed: KnownFeed, { data }: BarQuarantined): KnownFeed {
  const { provider, openAt, reason, told, at } = data;
  const refused = reason === 'NOT_TABULAR' ? feed.refused : [...feed.refused, refusalOf(data)].slice(-REFUSED_KEPT);
  const heard = { ...feed, refused, observedAt: at };
  if (reason !== 'SPIKE' || told === undefined || openAt === null) return heard;
  return { ...heard, ...answered(feed, told.closeAt), suspect: { provider, openAt, bar: told }, judgedAt: at };
}

/** The bar that was waited for has come, or a later one. */
const answered = ({ attempts, waitsAfter }: KnownFeed, closeAt: Instant) => ({
  waitsAfter: laterOf(waitsAfter, closeAt),
  missedInARow: 0,
  attempts: attempts !== null && closeAt >= attempts.barCloseAt ? null : attempts,
});

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
