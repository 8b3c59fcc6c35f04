import { SHARED_TENANT, type EpisodeRaised } from '@tocsin/contracts';
import { msBetween, type Instant } from '@tocsin/domain-kit';
import { EMPTY_RECORD, forgotten, tallyOf, withBar, withRaised, type BarRecord } from './bar-record.ts';
import type { EpisodeEvent } from './episode.events.ts';
import { higherOf, type Level } from './level.ts';
import { isRecovered } from './tally.ts';
import { HOUSE_TERMS, type Terms } from './terms.ts';

/** Somebody has taken the episode on until a moment; after it the episode calls again. */
interface Acknowledgement {
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant;
}

/** Alerts of the same kind within a day of the first one that was told are the same one, unless they are graver. */
interface SameDay {
  readonly since: Instant;
  readonly peak: Level;
}

/** The last episode of a scope where none is open. */
export interface LastEpisode {
  readonly episodeId: string;
  readonly clearedAt: Instant;
  readonly tenant: string | null;
  readonly sameDay: SameDay;
}

/** Only an open episode has a level to climb from and somebody to wait for. */
export type Standing =
  | { readonly status: 'quiet'; readonly last: LastEpisode | null }
  | {
      readonly status: 'open';
      readonly episodeId: string;
      /** What it is about, so that a deadline or a person can end it or let it climb. */
      readonly about: About;
      /** Never falls while the episode is open, so it is the episode's peak too. */
      readonly level: Level;
      readonly openedAt: Instant;
      /** The episode that had just cleared when this one opened; null when it is a new story. */
      readonly reopenOf: string | null;
      readonly acknowledged: Acknowledgement | null;
      readonly terms: Terms;
      readonly sameDay: SameDay;
    };

/** The breaker of the provider that is asked for a pair, while it is open. */
interface AwaitedBreaker {
  readonly provider: string | null;
  readonly criticalAt: Instant;
}

/** What escalation knows about one scope. `bars` and `breaker` stay empty for scopes that are not pairs. */
export interface Episode {
  readonly standing: Standing;
  readonly bars: BarRecord;
  readonly breaker: AwaitedBreaker | null;
}

export const QUIET: Episode = { standing: { status: 'quiet', last: null }, bars: EMPTY_RECORD, breaker: null };

/** Where an episode stands now; `INFO` when there is none. */
export const levelOf = ({ standing }: Episode): Level => (standing.status === 'open' ? standing.level : 'INFO');

type RaisedData = EpisodeRaised['data'];

/** What an episode is about, as its facts name it. */
export type Scope = Pick<RaisedData, 'scope' | 'scopeKind' | 'simulated' | 'tenant' | 'freshness' | 'labels'> & {
  readonly subject: NonNullable<RaisedData['subject']>;
};

/** What of it is asked for by whoever did not see the facts: a deadline, or a person. */
export type About = Pick<RaisedData, 'scopeKind' | 'simulated' | 'tenant' | 'subject'>;

/** Whose an episode is. */
export const tenantOfEpisode = ({ tenant }: { readonly tenant?: string | null | undefined }): string =>
  tenant ?? SHARED_TENANT;

/** How long alerts of one kind count as the same one. */
export const SAME_DAY_MS = 86_400_000;

/** What escalation knows after one more fact of its own. */
export function evolve(episode: Episode, { type, data }: EpisodeEvent): Episode {
  const { standing, bars } = episode;
  switch (type) {
    case 'VerdictCounted': {
      const { barCloseAt, verdict, causeEventIds } = data;
      return { ...episode, bars: withBar(bars, { barCloseAt, verdict, causeEventIds }) };
    }
    case 'EpisodeRaised':
      return { ...episode, standing: opened(standing, data), bars: withRaised(bars, data.causeEventIds.at(-1)) };
    case 'EpisodeCleared': {
      const { episodeId, at: clearedAt, openedAt, peak, tenant = null } = data;
      const terms = standing.status === 'open' ? standing.terms : HOUSE_TERMS;
      const sameDay = standing.status === 'open' ? standing.sameDay : { since: openedAt, peak };
      return {
        standing: { status: 'quiet', last: { episodeId, clearedAt, tenant, sameDay } },
        // What ended for another reason than good bars is no beginning of the next story.
        bars: isRecovered(tallyOf(bars), terms.pair) ? bars : forgotten(bars),
        breaker: null,
      };
    }
    case 'EpisodeAcknowledged': {
      if (standing.status === 'quiet') return episode;
      const { by, at, until } = data;
      return { ...episode, standing: { ...standing, acknowledged: { by, at, until } } };
    }
    case 'AcknowledgementExpired':
      return standing.status === 'quiet' ? episode : { ...episode, standing: { ...standing, acknowledged: null } };
    case 'BreakerAwaited': {
      const { provider, criticalAt } = data;
      return { ...episode, breaker: criticalAt === null ? null : { provider, criticalAt } };
    }
    case 'EpisodeCommented':
      return episode;
  }
}

/** An episode that begins, or goes on at a higher level. */
function opened(standing: Standing, data: RaisedData): Standing {
  const { episodeId, to: level, openedAt, reopenOf, policy } = data;
  const about = aboutOf(data);
  if (standing.status === 'open') {
    const sameDay = { ...standing.sameDay, peak: higherOf(standing.sameDay.peak, level) };
    // A pair may have got another provider since; what ends names the one by which people were told of it last.
    return { ...standing, about, level, sameDay };
  }
  const earlier = standing.last?.sameDay;
  const isSameDay = earlier !== undefined && msBetween(earlier.since, openedAt) < SAME_DAY_MS;
  return {
    status: 'open',
    episodeId,
    about,
    level,
    openedAt,
    reopenOf,
    acknowledged: null,
    // Facts from before terms were said rest on those of the house.
    terms: policy ?? HOUSE_TERMS,
    sameDay: isSameDay
      ? { since: earlier.since, peak: higherOf(earlier.peak, level) }
      : { since: openedAt, peak: level },
  };
}

const aboutOf = ({ scopeKind, simulated, subject, tenant }: RaisedData): About => ({
  scopeKind,
  simulated,
  ...(subject === undefined ? {} : { subject }),
  ...(tenant === undefined ? {} : { tenant }),
});
