import type { AttemptFailed, BarClosed, BarQuarantined, GapFound } from '@tocsin/contracts';
import {
  breakerOf,
  CLEAN,
  counted,
  weightOf,
  withBadData,
  type Breaker,
  type BarRecord,
  type Breakers,
} from './breaker.ts';
import type { KnownFeedEvent } from './feed.ts';

/** How the breakers of a feed remember: what came, by provider, and how they moved. */
export function evolveBreakers(breakers: Breakers, event: KnownFeedEvent): Breakers {
  switch (event.type) {
    case 'BarClosed':
      return event.data.backfill
        ? breakers
        : move(breakers, event.data.provider, (breaker) => afterBar(breaker, event));
    case 'BarQuarantined':
      return record(breakers, event.data.provider, (before) => afterPutAside(before, event));
    case 'AttemptFailed':
      return record(breakers, event.data.provider, (before) => afterFailure(before, event));
    case 'GapFound':
      return record(breakers, event.data.provider, (before) => afterGap(before, event));
    case 'BreakerOpened': {
      const { provider, at, probesAt, timesOpened } = event.data;
      return { ...breakers, [provider]: { status: 'open', openedAt: at, probesAt, timesOpened } };
    }
    case 'BreakerHalfOpened': {
      const { provider, openedAt, at } = event.data;
      return move(breakers, provider, (breaker) => ({
        status: 'half-open',
        openedAt,
        timesOpened: breaker.status === 'closed' ? 1 : breaker.timesOpened,
        successes: 0,
        isGreen: false,
        heardAt: at,
      }));
    }
    case 'BreakerProbed': {
      const { provider, successes, isGreen, at } = event.data;
      return move(breakers, provider, (breaker) =>
        breaker.status === 'half-open'
          ? { ...breaker, successes, isGreen: breaker.isGreen || isGreen, heardAt: at }
          : breaker,
      );
    }
    case 'BreakerClosed':
      return { ...breakers, [event.data.provider]: { status: 'closed', ...CLEAN } };
    case 'FeedPaused':
    case 'FeedResumed':
    case 'FeedRemoved':
    case 'FeedSwitched':
    case 'BarRevised':
    case 'BarReleased':
    case 'BarMissed':
    case 'GapFilled':
    case 'FreshnessChanged':
      return breakers;
  }
}

const move = (breakers: Breakers, provider: string, to: (breaker: Breaker) => Breaker): Breakers => ({
  ...breakers,
  [provider]: to(breakerOf(breakers, provider)),
});

/** Only a closed breaker keeps a record; an open one waits for its trial. */
const record = (breakers: Breakers, provider: string, to: (before: BarRecord) => BarRecord): Breakers =>
  move(breakers, provider, (breaker) => (breaker.status === 'closed' ? { status: 'closed', ...to(breaker) } : breaker));

function afterBar(breaker: Breaker, { data: { freshness, receivedAt: at } }: BarClosed): Breaker {
  switch (breaker.status) {
    case 'closed':
      return { status: 'closed', ...counted(breaker, { weight: 0, isExhausted: false, data: 'good', at }) };
    case 'half-open':
      return { ...breaker, isGreen: breaker.isGreen || freshness.colour === 'GREEN' };
    case 'open':
      return breaker;
  }
}

/** A bar that is missing counts as bad data, unless it has counted already because its attempts were used up. */
function afterGap(before: BarRecord, { data: { at } }: GapFound): BarRecord {
  const hasCounted = (before.window.at(-1) ?? 0) > 0;
  return hasCounted ? before : counted(before, { weight: 1, isExhausted: false, data: 'bad', at });
}

/** A page of HTML is no bar: it counts once the attempts at its bar are used up. */
const afterPutAside = (before: BarRecord, { data: { reason, at } }: BarQuarantined): BarRecord =>
  reason === 'NOT_TABULAR'
    ? withBadData(before, at)
    : counted(before, { weight: weightOf('bad_output'), isExhausted: false, data: 'bad', at });

/** Retries of one bar count once: when they are used up. */
function afterFailure(
  before: BarRecord,
  { data: { exhausted, failureSource, errorCode, at } }: AttemptFailed,
): BarRecord {
  if (!exhausted) return before;
  const isBadData = errorCode === 'BAD_DATA';
  return counted(before, {
    weight: weightOf(failureSource),
    isExhausted: !isBadData,
    data: isBadData ? 'bad' : 'none',
    at,
  });
}
