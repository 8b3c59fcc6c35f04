import type {
  BreakerClosed,
  BreakerHalfOpened,
  BreakerOpened,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSwitched,
} from '@tocsin/contracts';
import { msBetween, type Instant } from '@tocsin/domain-kit';
import type { BreakerStanding } from './episode.commands.ts';

/** The facts that say whether a pair is watched, and whether its provider is asked. */
export type FeedFact =
  FeedAdded | FeedPaused | FeedResumed | FeedRemoved | FeedSwitched | BreakerOpened | BreakerHalfOpened | BreakerClosed;

/** A provider that is left alone for a pair, or tried again. */
interface OpenBreaker {
  readonly provider: string;
  /** Since when it has not been closed; null when nobody remembers. */
  readonly openSince: Instant | null;
  /** How long the provider was to be left alone the last time. */
  readonly openMs: number;
  readonly isTried: boolean;
}

/** How a pair is watched. */
export interface FeedWatch {
  /** Bars of a feed that is paused or removed are nobody's trouble. */
  readonly isWatched: boolean;
  /** The provider that is asked; null while no fact has named it. */
  readonly provider: string | null;
  /** The providers that are left alone for this pair, the newest last. */
  readonly openBreakers: readonly OpenBreaker[];
}

export const WATCHED: FeedWatch = { isWatched: true, provider: null, openBreakers: [] };

/** How the pair is watched after one more fact. */
export function watchedAfter(watch: FeedWatch, { type, data }: FeedFact): FeedWatch {
  switch (type) {
    case 'FeedAdded': {
      const names = data.sources?.map(({ provider }) => provider) ?? [data.provider];
      const openBreakers = watch.openBreakers.filter(({ provider }) => names.includes(provider));
      // A feed that is added again goes on with its provider as long as that is one of its sources.
      const isKept = watch.provider !== null && names.includes(watch.provider);
      return { isWatched: true, provider: isKept ? watch.provider : data.provider, openBreakers };
    }
    case 'FeedPaused':
    case 'FeedRemoved':
      return { ...watch, isWatched: false };
    case 'FeedResumed':
      return { ...watch, isWatched: true };
    case 'FeedSwitched':
      return { ...watch, provider: data.provider };
    case 'BreakerOpened': {
      const { provider, at, probesAt } = data;
      const openSince = breakerOf(watch, provider)?.openSince ?? at;
      const openMs = Math.max(0, msBetween(at, probesAt));
      return withBreaker(watch, { provider, openSince, openMs, isTried: false });
    }
    case 'BreakerHalfOpened': {
      const { provider, openedAt } = data;
      const known = breakerOf(watch, provider);
      const openSince = known?.openSince ?? openedAt;
      return withBreaker(watch, { provider, openSince, openMs: known?.openMs ?? 0, isTried: true });
    }
    case 'BreakerClosed':
      return { ...watch, openBreakers: without(watch, data.provider) };
  }
}

const breakerOf = ({ openBreakers }: FeedWatch, name: string): OpenBreaker | undefined =>
  openBreakers.find(({ provider }) => provider === name);

const withBreaker = (watch: FeedWatch, breaker: OpenBreaker): FeedWatch => ({
  ...watch,
  openBreakers: [...without(watch, breaker.provider), breaker],
});

const without = ({ openBreakers }: FeedWatch, name: string): readonly OpenBreaker[] =>
  openBreakers.filter(({ provider }) => provider !== name);

/** The breaker of the provider that is asked for the pair; where nobody knows which that is, the newest that is open. */
const breakerAsked = (watch: FeedWatch): OpenBreaker | undefined =>
  watch.provider === null ? watch.openBreakers.at(-1) : breakerOf(watch, watch.provider);

/**
 * Tells whether the provider that is asked for the pair is left alone, so that no bar can come. A trial of it proves
 * nothing yet: until its breaker is closed it counts as open.
 */
export const isBreakerOpen = (watch: FeedWatch): boolean => breakerAsked(watch) !== undefined;

/** How the breaker of the provider that is asked stands. */
export function breakerStanding(watch: FeedWatch): BreakerStanding {
  const breaker = breakerAsked(watch);
  if (breaker === undefined) return { status: 'closed' };
  const { isTried, provider, openSince, openMs } = breaker;
  return isTried ? { status: 'half-open', provider } : { status: 'open', provider, openSince, openMs };
}
