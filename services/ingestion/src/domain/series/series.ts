import type { HeadlineObserved, MacroObserved, RateObserved } from '@tocsin/contracts';
import type { Decimal, Instant, Message } from '@tocsin/domain-kit';

/** A value as it was told for a day. */
export type ObservedValue = {
  readonly observedOn: string;
  /** Null where the provider says that there is none. */
  readonly value: Decimal | null;
  /** Since which day it has been the published one; null where the provider does not say. */
  readonly vintageOn: string | null;
};

/** What a provider answered about a macro-economic series: any part of its history. */
export type ObserveMacro = Message<
  'ObserveMacro',
  {
    readonly series: string;
    readonly provider: string;
    readonly name: string;
    readonly values: readonly ObservedValue[];
    readonly at: Instant;
  }
>;

/** What a provider answered about one rate of exchange. */
export type ObserveRate = Message<
  'ObserveRate',
  {
    readonly rate: string;
    readonly provider: string;
    readonly base: string;
    readonly quote: string;
    readonly fixings: readonly { readonly rateOn: string; readonly price: Decimal }[];
    readonly at: Instant;
  }
>;

/** A headline, its words already cleaned; they stay somebody else's. */
export type Headline = Pick<HeadlineObserved['data'], 'title' | 'summary' | 'url' | 'outlet' | 'publishedAt'>;

/** What a provider answered about a topic. */
export type ObserveHeadlines = Message<
  'ObserveHeadlines',
  {
    readonly topic: string;
    readonly provider: string;
    readonly headlines: readonly Headline[];
    readonly at: Instant;
  }
>;

export type SeriesCommand = ObserveMacro | ObserveRate | ObserveHeadlines;

export type SeriesEvent = MacroObserved | RateObserved | HeadlineObserved;

/** A day and what was last said of it. */
export type KnownValue = readonly [observedOn: string, vintageOn: string, value: Decimal | null];

/** A macro-economic series: how far its vintages have been told, and the newest days for corrections of them. */
export type MacroSeries = {
  readonly kind: 'macro';
  /** Everything up to this vintage, and of this vintage up to this day, has been told. */
  readonly toldVintageOn: string;
  readonly toldOn: string;
  /** By day, oldest first. */
  readonly recent: readonly KnownValue[];
};

/** A rate of exchange: its newest days, oldest first. */
export type RateSeries = { readonly kind: 'rate'; readonly recent: readonly (readonly [rateOn: string, Decimal])[] };

/** A topic: which headlines were told last. */
export type TopicSeries = {
  readonly kind: 'topic';
  /** When the newest was published; never later than it was fetched. */
  readonly newestAt: Instant | null;
  /** The minute in which the newest was published of those that are remembered no more. */
  readonly forgottenAt: Instant | null;
  /** In the order in which they were told: the minute of publication, and a digest of the address. */
  readonly recent: readonly string[];
};

/** A stretch of the world that is watched; at first nothing is known of it. */
export type Series = { readonly kind: 'unknown' } | MacroSeries | RateSeries | TopicSeries;
