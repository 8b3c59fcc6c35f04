import type { Instant, Timeframe } from '@tocsin/domain-kit';
import type { Caller } from '@tocsin/outbound';
import type { Calendar } from '../../domain/calendars/calendar.ts';
import type { Answer } from './provider.ts';

/** What is asked of a real provider: the bars of one feed that open at `from` or later and have closed by `to`. */
export type BarsAsked = {
  /** As this provider spells it. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Tells where the bars of a day begin and end. */
  readonly calendar: Calendar;
  readonly from: Instant;
  /** The moment of asking: a bar that closes later is not complete. */
  readonly to: Instant;
};

/** What came of it, and what it cost. */
export type Fetched = {
  readonly answer: Answer;
  /** What the provider's clock showed, where it tells; null where it does not. */
  readonly providerTime: Instant | null;
  /** The provider's own name for this exchange, for its support; null where it has none. */
  readonly requestId: string | null;
  /** What was used up of the provider's limit, in its own units; at least the number of requests that were sent. */
  readonly cost: number;
  /** What the provider says is left of its limit; null where it does not say. */
  readonly quotaLeft: number | null;
};

/**
 * A real provider of bars. Its adapter knows the provider's spelling and nothing of our rules: every number stays the
 * text that was told, and only complete bars leave it, oldest first. It never throws for what a provider may do: that
 * is an answer too.
 */
export interface BarAdapter {
  readonly name: string;
  /** The bar lengths that this provider has. */
  readonly timeframes: ReadonlySet<Timeframe>;
  fetchBars(asked: BarsAsked): Promise<Fetched>;
}

/** What an adapter is made with. */
export type AdapterSettings = {
  /** The one that all feeds of this provider share, since its limits are theirs together. */
  readonly caller: Caller;
  /** Where the provider is, without a slash at its end. */
  readonly url: string;
  /** Null where the provider needs none. */
  readonly key: string | null;
};

/** A kind of provider, before there is one. */
export type AdapterKind = {
  readonly timeframes: ReadonlySet<Timeframe>;
  readonly needsKey: boolean;
  /** Where the provider is, unless the configuration knows better. */
  readonly url: string;
  /** What the provider allows to those who pay nothing. */
  readonly rate: { readonly calls: number; readonly perMs: number };
  readonly make: (settings: AdapterSettings) => BarAdapter;
};
