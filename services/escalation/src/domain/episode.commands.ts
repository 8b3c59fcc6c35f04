import type { Instant } from '@tocsin/domain-kit';
import type { JudgedBar } from './bar-record.ts';
import type { Scope } from './episode.ts';
import type { Level } from './level.ts';
import type { Terms } from './terms.ts';

/** What there is to say of something that is wrong at a scope, or not any more, other than by the bars of a pair. */
export type Occasion = Scope & {
  /** A sentence for the person who is paged, or told that it is over. */
  readonly cause: string;
  readonly causeEventIds: readonly string[];
  /**
   * The id of an episode that would begin with it: derived from the scope and the first of its causes, so that deciding
   * again makes the same id.
   */
  readonly episodeId: string;
  /** The terms in force, by which an episode would begin. */
  readonly terms: Terms;
  readonly at: Instant;
};

/** The same with how bad it is. */
export type Report = Occasion & { readonly level: Level };

/** A bar with its verdict, and the id of the episode that it might begin: derived like that of a report. */
type BarToCount = JudgedBar & { readonly episodeId: string; readonly at: Instant };

/** How the breaker stands of the provider that is asked for a pair. */
export type BreakerStanding =
  | { readonly status: 'closed' }
  | { readonly status: 'half-open'; readonly provider: string | null }
  | {
      readonly status: 'open';
      readonly provider: string | null;
      /** Since when it has not been closed; null when that is not known. */
      readonly openSince: Instant | null;
      /** How long the provider is left alone this time. */
      readonly openMs: number;
    };

/** What a person says about an episode. */
type Word = {
  readonly scope: string;
  readonly tenant: string;
  readonly by: string;
  readonly at: Instant;
};

/** What escalation is asked to decide about one scope. */
export type EpisodeCommand =
  /** Bars of a pair have got their verdicts; oldest first. While its breaker is open, none of them ends an episode. */
  | {
      readonly type: 'CountVerdicts';
      readonly data: Scope & {
        readonly bars: readonly BarToCount[];
        readonly isBreakerOpen: boolean;
        readonly terms: Terms;
      };
    }
  /** Something is wrong. Never lowers a level, for it is not the whole picture. */
  | { readonly type: 'ReportAilment'; readonly data: Report }
  /** The whole picture; `INFO` says that nothing is wrong any more. */
  | { readonly type: 'ObserveHealth'; readonly data: Report }
  /** How the breaker of a pair's provider stands by now. */
  | { readonly type: 'WatchBreaker'; readonly data: Occasion & { readonly breaker: BreakerStanding } }
  /** The moment has come from which a breaker that is still open is CRITICAL. */
  | { readonly type: 'LoseBreakerPatience'; readonly data: { readonly scope: string; readonly at: Instant } }
  /** A provider is in trouble, for so many boundaries of its pairs by now; `floor` is the highest level of one of them. */
  | {
      readonly type: 'ReportProvider';
      readonly data: Occasion & { readonly boundaries: number; readonly floor: Level };
    }
  /** An alert that is the same as an earlier one of its day, unless it is graver. */
  | { readonly type: 'ReportRepeatable'; readonly data: Report }
  | {
      readonly type: 'AcknowledgeEpisode';
      readonly data: Word & {
        readonly reason: string;
        /** Null for what the level grants by itself. */
        readonly ttlMs: number | null;
      };
    }
  | { readonly type: 'ExpireAcknowledgement'; readonly data: { readonly scope: string; readonly at: Instant } }
  | { readonly type: 'ResolveEpisode'; readonly data: Word & { readonly reason: string } }
  | { readonly type: 'CommentEpisode'; readonly data: Word & { readonly text: string } };

export type CommandData<Type extends EpisodeCommand['type']> = Extract<EpisodeCommand, { type: Type }>['data'];
