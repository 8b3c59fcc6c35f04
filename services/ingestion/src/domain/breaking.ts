import type { BreakerClosed, BreakerHalfOpened, BreakerOpened, BreakerProbed, FeedSwitched } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { breakerOf, causeToOpen, dueAt, PROBES_NEEDED, probesAt, type Breaker } from './breaker.ts';
import { evolveAll } from './feed.memory.ts';
import { named, sourcesOf, type KnownFeed, type KnownFeedEvent } from './feed.ts';
import type { Cadence } from './freshness.ts';

/** Opens the breaker of a provider if its record says so, and goes on with another provider where there is one. */
export function openIfDue(feed: KnownFeed, provider: string, cadence: Cadence, at: Instant): readonly KnownFeedEvent[] {
  const breaker = breakerOf(feed.breakers, provider);
  if (breaker.status === 'half-open') return open(feed, provider, 'PROBE_FAILED', cadence, at);
  if (breaker.status === 'open' || feed.marketState === 'CLOSED') return [];
  const cause = causeToOpen(breaker, cadence, at);
  return cause === null ? [] : open(feed, provider, cause, cadence, at);
}

/** Lets the breakers move that are due at `at`: to a trial, or back from one that brought nothing. */
export function passBreakers(feed: KnownFeed, cadence: Cadence, at: Instant): readonly KnownFeedEvent[] {
  return Object.entries(feed.breakers).flatMap(([provider, breaker]) => {
    const due = dueAt(breaker, cadence);
    if (due === null || due > at) return [];
    if (breaker.status === 'half-open') return open(feed, provider, 'PROBE_SILENT', cadence, at);
    return breaker.status === 'open' ? [halfOpened(feed, provider, breaker.openedAt, at)] : [];
  });
}

/** A trial brought an answer: after two of them, and a bar that leaves the pair GREEN, the provider is trusted again. */
export function passTrial(feed: KnownFeed, provider: string, isGreen: boolean, at: Instant): readonly KnownFeedEvent[] {
  const breaker = breakerOf(feed.breakers, provider);
  if (breaker.status !== 'half-open') return [];
  const successes = breaker.successes + 1;
  const probed: BreakerProbed = {
    type: 'BreakerProbed',
    data: { ...named(feed, provider), successes, isGreen, at },
  };
  if (successes < PROBES_NEEDED || !(isGreen || breaker.isGreen)) return [probed];
  const closed: BreakerClosed = {
    type: 'BreakerClosed',
    data: { ...named(feed, provider), successes, openedAt: breaker.openedAt, at },
  };
  return [probed, closed, ...switchTo(evolveAll(feed, [closed]), [], 'RECOVERED', at)];
}

/** Goes on with the first provider in the feed's order that may be asked, if that is another one. */
export function switchTo(
  feed: KnownFeed,
  down: readonly string[],
  reason: FeedSwitched['data']['reason'],
  at: Instant,
): readonly FeedSwitched[] {
  const sources = sourcesOf(feed.definition);
  const mayBeAsked = (name: string) => breakerOf(feed.breakers, name).status === 'closed' && !down.includes(name);
  const best = sources.find(({ provider }) => mayBeAsked(provider))?.provider ?? feed.provider;
  if (best === feed.provider) return [];
  const { pair, symbol, timeframe } = feed.definition;
  const fallbackActive = best !== sources[0]?.provider;
  return [
    {
      type: 'FeedSwitched',
      data: { pair, symbol, timeframe, from: feed.provider, provider: best, fallbackActive, reason, at },
    },
  ];
}

function open(
  feed: KnownFeed,
  provider: string,
  cause: BreakerOpened['data']['cause'],
  cadence: Cadence,
  at: Instant,
): readonly KnownFeedEvent[] {
  const breaker = breakerOf(feed.breakers, provider);
  const timesOpened = timesOpenedOf(breaker) + 1;
  const { window, exhaustedInARow, badSince } =
    breaker.status === 'closed' ? breaker : { window: [], exhaustedInARow: 0, badSince: null };
  const opened: BreakerOpened = {
    type: 'BreakerOpened',
    data: {
      ...named(feed, provider),
      cause,
      window: [...window],
      exhaustedInARow,
      badSince,
      timesOpened,
      probesAt: probesAt(cadence, at, timesOpened),
      at,
    },
  };
  return [opened, ...switchTo(evolveAll(feed, [opened]), [], 'BREAKER_OPENED', at)];
}

const timesOpenedOf = (breaker: Breaker): number => (breaker.status === 'closed' ? 0 : breaker.timesOpened);

const halfOpened = (feed: KnownFeed, provider: string, openedAt: Instant, at: Instant): BreakerHalfOpened => ({
  type: 'BreakerHalfOpened',
  data: { ...named(feed, provider), openedAt, at },
});
