import type {
  OutageClosed,
  OutageOpened,
  ProviderMetered,
  ProviderProbed,
  ProviderRestored,
  ProviderTripped,
} from '@tocsin/contracts';
import type { Decider, Instant, Message } from '@tocsin/domain-kit';

/** How many of a provider's pairs have an open market, and how many of those are not GREEN. */
export type ObservePairs = Message<
  'ObservePairs',
  { readonly provider: string; readonly openPairs: number; readonly stalePairs: number; readonly at: Instant }
>;

/** The breaker of the calls to a provider moved. */
export type ObserveCalls = Message<
  'ObserveCalls',
  { readonly provider: string; readonly at: Instant } & (
    | { readonly breaker: 'open'; readonly answered: number; readonly failed: number; readonly probesAt: Instant }
    | { readonly breaker: 'half-open' | 'closed' }
  )
>;

/** What was used of a provider since it was last metered. */
export type MeterProvider = Message<'MeterProvider', ProviderMetered['data']>;

export type ProviderCommand = ObservePairs | ObserveCalls | MeterProvider;

export type ProviderEvent =
  OutageOpened | OutageClosed | ProviderTripped | ProviderProbed | ProviderRestored | ProviderMetered;

export type ProviderState = {
  /** Since when its pairs have been stale together; null when they are not. */
  readonly outageSince: Instant | null;
  readonly breaker: 'closed' | 'open' | 'half-open';
};

/** From so many pairs on it is the provider that fails, and not its pairs. Source: ingestion, R-9. */
const STALE_PAIRS_MIN = 3;
const STALE_SHARE = 0.5;

const isOutage = ({ openPairs, stalePairs }: ObservePairs['data']): boolean =>
  stalePairs >= STALE_PAIRS_MIN && stalePairs >= STALE_SHARE * openPairs;

/** A provider as a whole: whether it can be called, and whether its pairs are stale together. */
export const providerDecider: Decider<ProviderCommand, ProviderEvent, ProviderState> = {
  initialState: () => ({ outageSince: null, breaker: 'closed' }),

  decide({ type, data }, state) {
    switch (type) {
      case 'ObservePairs':
        return observePairs(data, state);
      case 'ObserveCalls':
        return data.breaker === state.breaker ? [] : [movedBreaker(data)];
      case 'MeterProvider':
        return [{ type: 'ProviderMetered', data }];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'OutageOpened':
        return { ...state, outageSince: event.data.at };
      case 'OutageClosed':
        return { ...state, outageSince: null };
      case 'ProviderTripped':
        return { ...state, breaker: 'open' };
      case 'ProviderProbed':
        return { ...state, breaker: 'half-open' };
      case 'ProviderRestored':
        return { ...state, breaker: 'closed' };
      case 'ProviderMetered':
        return state;
    }
  },
};

function observePairs(data: ObservePairs['data'], { outageSince }: ProviderState): readonly ProviderEvent[] {
  if (isOutage(data)) return outageSince === null ? [{ type: 'OutageOpened', data }] : [];
  return outageSince === null ? [] : [{ type: 'OutageClosed', data: { ...data, openedAt: outageSince } }];
}

function movedBreaker(data: ObserveCalls['data']): ProviderEvent {
  const { provider, at } = data;
  switch (data.breaker) {
    case 'open': {
      const { answered, failed, probesAt } = data;
      return { type: 'ProviderTripped', data: { provider, answered, failed, probesAt, at } };
    }
    case 'half-open':
      return { type: 'ProviderProbed', data: { provider, at } };
    case 'closed':
      return { type: 'ProviderRestored', data: { provider, at } };
  }
}
