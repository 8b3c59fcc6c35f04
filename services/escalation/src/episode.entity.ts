import type { EntityType } from '@tocsin/event-log';
import { episodeDecider, type EpisodeEvent, type EpisodeRefusal } from './domain/episode.decider.ts';
import type { EpisodeCommand } from './domain/episode.commands.ts';
import type { Episode } from './domain/episode.ts';

/** What escalation knows about one scope; the scope is the key. An acknowledgement is the one thing that it waits for. */
export const episode: EntityType<EpisodeCommand, EpisodeEvent, Episode, EpisodeRefusal> = {
  type: 'episode',
  decider: episodeDecider,
  deadlines: ({ standing }) =>
    standing.status === 'open' && standing.acknowledged !== null
      ? [{ name: 'acknowledgement', at: standing.acknowledged.until }]
      : [],
  onDeadline: ({ dueAt }, scope) => ({ type: 'ExpireAcknowledgement', data: { scope, at: dueAt } }),
};
