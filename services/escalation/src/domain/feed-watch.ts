import type {
  BreakerClosed,
  BreakerOpened,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSwitched,
} from '@tocsin/contracts';

/** The facts that say whether a pair is watched, and whether its provider is asked. */
export type FeedFact =
  FeedAdded | FeedPaused | FeedResumed | FeedRemoved | FeedSwitched | BreakerOpened | BreakerClosed;

/** How a pair is watched. */
export interface FeedWatch {
  /** Bars of a feed that is paused or removed are nobody's trouble. */
  readonly isWatched: boolean;
  /** The provider that is asked; null while no fact has named it. */
  readonly provider: string | null;
  /** The providers that are left alone for this pair. */
  readonly openBreakers: readonly string[];
}

export const WATCHED: FeedWatch = { isWatched: true, provider: null, openBreakers: [] };

/** How the pair is watched after one more fact. */
export function watchedAfter(watch: FeedWatch, { type, data }: FeedFact): FeedWatch {
  switch (type) {
    case 'FeedAdded': {
      const names = data.sources?.map(({ provider }) => provider) ?? [data.provider];
      const openBreakers = watch.openBreakers.filter((name) => names.includes(name));
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
    case 'BreakerOpened':
      return { ...watch, openBreakers: [...without(watch, data.provider), data.provider] };
    case 'BreakerClosed':
      return { ...watch, openBreakers: without(watch, data.provider) };
  }
}

const without = ({ openBreakers }: FeedWatch, provider: string): readonly string[] =>
  openBreakers.filter((name) => name !== provider);

/**
 * Tells whether the provider that is asked for the pair is left alone, so that no bar can come. A trial of it proves
 * nothing yet: until its breaker is closed it counts as open.
 */
export const isBreakerOpen = ({ provider, openBreakers }: FeedWatch): boolean =>
  provider === null ? openBreakers.length > 0 : openBreakers.includes(provider);
