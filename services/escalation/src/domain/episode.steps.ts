import type { EpisodeCleared, EpisodeRaised } from '@tocsin/contracts';
import { msBetween, type Instant } from '@tocsin/domain-kit';
import type { EpisodeEvent } from './episode.events.ts';
import { evolve, levelOf, type About, type Episode } from './episode.ts';
import type { Report } from './episode.commands.ts';
import { isAbove } from './level.ts';

/** What is not a matter of bars goes straight to the level of what is wrong. */
export const climb = (data: Report, episode: Episode): readonly EpisodeEvent[] =>
  isAbove(data.level, levelOf(episode)) ? [raised(data, episode)] : [];

/** A lesser trouble that outlasts a greater one is an episode of its own: nobody stays at a level that is over. */
export function observe(data: Report, episode: Episode): readonly EpisodeEvent[] {
  if (!isAbove(levelOf(episode), data.level)) return climb(data, episode);
  const cause = data.level === 'INFO' ? data.cause : `Of all that was wrong, this is left: ${data.cause}`;
  const cleared = clearing({ ...data, cause }, episode);
  return [...cleared, ...climb(data, cleared.reduce(evolve, episode))];
}

/** The rise to a level: of the open episode, or of a new one that begins with it. */
export function raised({ level, episodeId, terms, ...rest }: Report, { standing }: Episode): EpisodeRaised {
  const { scope, scopeKind, subject, simulated, cause, causeEventIds, at } = rest;
  const common = {
    scope,
    scopeKind,
    subject,
    simulated,
    to: level,
    cause,
    causeEventIds,
    at,
    ...(rest.tenant === undefined ? {} : { tenant: rest.tenant }),
    ...(rest.freshness === undefined ? {} : { freshness: rest.freshness }),
    ...(rest.labels === undefined ? {} : { labels: rest.labels }),
  };
  if (standing.status === 'open') {
    const { level: from, openedAt, reopenOf, terms: policy } = standing;
    const ofOpen = { episodeId: standing.episodeId, from, reopenOf, openedAt, policy };
    return { type: 'EpisodeRaised', data: { ...common, ...ofOpen } };
  }
  const { last } = standing;
  const isBack = last !== null && msBetween(last.clearedAt, at) < terms.reopenWithinMs;
  const reopenOf = isBack ? last.episodeId : null;
  return {
    type: 'EpisodeRaised',
    data: { ...common, episodeId, from: 'INFO', reopenOf, openedAt: at, policy: terms },
  };
}

/** The end of the episode, if there is one. */
export function clearing(
  end: About & {
    readonly scope: string;
    readonly cause: string;
    readonly at: Instant;
    readonly resolvedBy?: string;
  },
  { standing }: Episode,
): readonly EpisodeCleared[] {
  if (standing.status === 'quiet') return [];
  const { scope, scopeKind, simulated, cause, at, tenant, subject, resolvedBy } = end;
  const { episodeId, level: peak, openedAt } = standing;
  // Facts of two lanes have no common order of time, so an end may be timed before its beginning.
  const durationMs = Math.max(0, msBetween(openedAt, at));
  return [
    {
      type: 'EpisodeCleared',
      data: {
        ...{ scope, scopeKind, episodeId, peak, durationMs, openedAt, cause, simulated, at },
        ...(tenant === undefined ? {} : { tenant }),
        ...(subject === undefined ? {} : { subject }),
        ...(resolvedBy === undefined ? {} : { resolvedBy }),
      },
    },
  ];
}
