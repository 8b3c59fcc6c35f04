import type { AddFeed as WantedFeed, AttemptFailed, FeedSwitched, PushedBar } from '@tocsin/contracts';
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

/** Somebody asks that a pair be watched; `wanted` has been checked against its schema and nothing else. */
export type RequestFeed = Message<'RequestFeed', { readonly wanted: WantedFeed['data']; readonly at: Instant }>;

/** A provider told a bar. */
export type ObserveBar = Message<
  'ObserveBar',
  { readonly provider: string; readonly bar: CandidateBar; readonly at: Instant }
>;

/** An attempt at the bar that closed at `barCloseAt` failed. `jitter` is chance, from 0 up to 1. */
export type ObserveFailure = Message<
  'ObserveFailure',
  {
    readonly provider: string;
    readonly barCloseAt: Instant;
    readonly failure: Failure;
    readonly jitter: number;
    readonly at: Instant;
  }
>;

/** An attempt brought something else than bars, such as a page of HTML. */
export type ObserveGarbage = Message<
  'ObserveGarbage',
  {
    readonly provider: string;
    readonly barCloseAt: Instant;
    readonly body: string;
    readonly jitter: number;
    readonly at: Instant;
  }
>;

/** A provider that was on trial has answered; its bars were observed before. `newestCloseAt` is that of the newest of them. */
export type EndTrial = Message<
  'EndTrial',
  { readonly provider: string; readonly newestCloseAt: Instant | null; readonly at: Instant }
>;

/** The provider was asked for the bars of the gap that begins at `fromAt`; those that it has were observed before. */
export type SettleGap = Message<'SettleGap', { readonly fromAt: Instant; readonly at: Instant }>;

/** Some providers cannot be called at all, or can again. */
export type ObserveProviders = Message<
  'ObserveProviders',
  {
    readonly down: readonly string[];
    readonly reason: Exclude<FeedSwitched['data']['reason'], 'BREAKER_OPENED'>;
    readonly at: Instant;
  }
>;

/** Somebody outside brings bars: all of them hold, or none. */
export type PushBars = Message<'PushBars', { readonly bars: readonly PushedBar[]; readonly at: Instant }>;

/** The moment has come at which a feed is to be judged, although nothing arrived. */
export type PassDeadline = Message<'PassDeadline', { readonly at: Instant }>;

/** The calendars are others: a feed whose calendar is not there stops, and one that waits for it goes on. */
export type ReviewCalendar = Message<'ReviewCalendar', { readonly at: Instant }>;

/** Stops watching, until the feed is resumed. */
export type PauseFeed = Message<'PauseFeed', { readonly reason: string; readonly at: Instant }>;

/** Watches again after a pause. */
export type ResumeFeed = Message<'ResumeFeed', { readonly at: Instant }>;

/** Stops watching for good. */
export type RemoveFeed = Message<'RemoveFeed', { readonly reason: string; readonly at: Instant }>;

export type FeedCommand =
  | AddFeed
  | RequestFeed
  | ObserveBar
  | ObserveFailure
  | ObserveGarbage
  | EndTrial
  | SettleGap
  | ObserveProviders
  | PushBars
  | PassDeadline
  | ReviewCalendar
  | PauseFeed
  | ResumeFeed
  | RemoveFeed;
