import type { AttemptFailed } from '@tocsin/contracts';
import type { Instant, Message } from '@tocsin/domain-kit';
import type { CandidateBar } from './candidate-bar.ts';
import type { FeedDefinition } from './feed.ts';

/** Why a provider gave no answer, as its adapter sorted it. */
export type Failure = Pick<AttemptFailed['data'], 'failureSource' | 'errorCode' | 'message'> & {
  /** What the provider asked for in `Retry-After`; null when it asked for nothing. */
  readonly retryAfterMs: number | null;
};

/** Watches a pair from `at` on, or goes on after a pause, or with another definition. */
export type AddFeed = Message<'AddFeed', { readonly definition: FeedDefinition; readonly at: Instant }>;

/** A provider told a bar. `backfill` marks history from before the feed began. */
export type ObserveBar = Message<
  'ObserveBar',
  { readonly bar: CandidateBar; readonly backfill: boolean; readonly at: Instant }
>;

/** An attempt at the bar that closed at `barCloseAt` failed. `jitter` is chance, from 0 up to 1. */
export type ObserveFailure = Message<
  'ObserveFailure',
  { readonly barCloseAt: Instant; readonly failure: Failure; readonly jitter: number; readonly at: Instant }
>;

/** An attempt brought something else than bars, such as a page of HTML. */
export type ObserveGarbage = Message<
  'ObserveGarbage',
  { readonly barCloseAt: Instant; readonly body: string; readonly jitter: number; readonly at: Instant }
>;

/** The moment has come at which a feed is to be judged, although nothing arrived. */
export type PassDeadline = Message<'PassDeadline', { readonly at: Instant }>;

/** Stops watching, until the feed is added again. */
export type PauseFeed = Message<'PauseFeed', { readonly reason: string; readonly at: Instant }>;

export type FeedCommand = AddFeed | ObserveBar | ObserveFailure | ObserveGarbage | PassDeadline | PauseFeed;
