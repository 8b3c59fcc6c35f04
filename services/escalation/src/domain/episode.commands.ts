import type { Instant } from '@tocsin/domain-kit';
import type { JudgedBar } from './bar-record.ts';
import type { Scope } from './episode.ts';
import type { Level } from './level.ts';

/**
 * What is wrong, or not any more, at a scope, other than by the bars of a pair. `episodeId` is the id that an episode would have which
 * begins with it: derived from the scope and the first of its causes, so that deciding again makes the same id.
 */
export type Report = Scope & {
  readonly level: Level;
  /** A sentence for the person who is paged, or told that it is over. */
  readonly cause: string;
  readonly causeEventIds: readonly string[];
  readonly episodeId: string;
  readonly at: Instant;
};

/** A bar with its verdict, and the id of the episode that it might begin: derived like that of a report. */
type BarToCount = JudgedBar & { readonly episodeId: string; readonly at: Instant };

/** What escalation is asked to decide about one scope. */
export type EpisodeCommand =
  /** Bars of a pair have got their verdicts; oldest first. While its breaker is open, none of them ends an episode. */
  | {
      readonly type: 'CountVerdicts';
      readonly data: Scope & { readonly bars: readonly BarToCount[]; readonly isBreakerOpen: boolean };
    }
  /** Something is wrong. Never lowers a level, for it is not the whole picture. */
  | { readonly type: 'ReportAilment'; readonly data: Report }
  /** The whole picture; `INFO` says that nothing is wrong any more. */
  | { readonly type: 'ObserveHealth'; readonly data: Report }
  | {
      readonly type: 'AcknowledgeEpisode';
      readonly data: {
        readonly scope: string;
        readonly by: string;
        readonly reason: string;
        /** Null for what the level grants by itself. */
        readonly ttlMs: number | null;
        readonly at: Instant;
      };
    }
  | { readonly type: 'ExpireAcknowledgement'; readonly data: { readonly scope: string; readonly at: Instant } };
