import type { BreakerClosed, BreakerHalfOpened, BreakerOpened, FeedAdded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';

type BreakerEvent = BreakerOpened | BreakerHalfOpened | BreakerClosed;

/** One provider of a feed, and whether it is asked for the pair. Spelled as it is answered. */
export type FeedSource = {
  readonly provider: string;
  /** The symbol as this provider spells it. */
  readonly symbol: string;
  readonly breaker: 'closed' | 'half-open' | 'open';
  /** Since when, and why, it is not asked as usual; null while it is. */
  readonly opened_at: Instant | null;
  readonly cause: BreakerOpened['data']['cause'] | null;
  /** When it is tried again; null unless its breaker is open. */
  readonly probes_at: Instant | null;
  readonly times_opened: number;
};

const ASKED = { breaker: 'closed', opened_at: null, cause: null, probes_at: null, times_opened: 0 } as const;

/** The sources that a feed is added with, in order. Those that it had before keep their breakers, as ingestion does. */
export const sourcesOf = (
  { sources, provider, symbol }: FeedAdded['data'],
  before: readonly FeedSource[],
): readonly FeedSource[] =>
  (sources ?? [{ provider, symbol }]).map((source) => ({
    ...ASKED,
    ...before.find((known) => known.provider === source.provider),
    provider: source.provider,
    symbol: source.symbol,
  }));

/** The sources after the breaker of one of them has moved; a provider that is none of them changes nothing. */
export const withBreaker = (sources: readonly FeedSource[], event: BreakerEvent): readonly FeedSource[] =>
  sources.map((source) => (source.provider === event.data.provider ? { ...source, ...moved(event) } : source));

function moved({ type, data }: BreakerEvent): Partial<FeedSource> {
  switch (type) {
    case 'BreakerOpened': {
      const { cause, probesAt, timesOpened, at } = data;
      return { breaker: 'open', opened_at: at, cause, probes_at: probesAt, times_opened: timesOpened };
    }
    case 'BreakerHalfOpened':
      return { breaker: 'half-open', opened_at: data.openedAt, probes_at: null };
    case 'BreakerClosed':
      return ASKED;
  }
}
