import type { EpisodeRaised } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { EMPTY_RECORD, type BarRecord } from './bar-record.ts';
import type { Level } from './level.ts';

/** Somebody has taken the episode on until a moment; after it the episode calls again. */
interface Acknowledgement {
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant;
}

/** Only an open episode has a level to climb from and somebody to wait for. */
type Standing =
  | { readonly status: 'quiet'; readonly last: { readonly episodeId: string; readonly clearedAt: Instant } | null }
  | {
      readonly status: 'open';
      readonly episodeId: string;
      /** Never falls while the episode is open, so it is the episode's peak too. */
      readonly level: Level;
      readonly openedAt: Instant;
      /** The episode that had just cleared when this one opened; null when it is a new story. */
      readonly reopenOf: string | null;
      readonly acknowledged: Acknowledgement | null;
    };

/** What escalation knows about one scope. `bars` stays empty for scopes that are not pairs. */
export interface Episode {
  readonly standing: Standing;
  readonly bars: BarRecord;
}

export const QUIET: Episode = { standing: { status: 'quiet', last: null }, bars: EMPTY_RECORD };

/** Where an episode stands now; `INFO` when there is none. */
export const levelOf = ({ standing }: Episode): Level => (standing.status === 'open' ? standing.level : 'INFO');

/** What an episode is about, as its facts name it. */
export type Scope = Pick<EpisodeRaised['data'], 'scope' | 'scopeKind' | 'simulated'> & {
  readonly subject: NonNullable<EpisodeRaised['data']['subject']>;
};
