import type { EntityType } from '@tocsin/event-log';
import { episodeDecider } from './domain/episode.decider.ts';
import type { EpisodeCommand } from './domain/episode.commands.ts';
import type { EpisodeEvent, EpisodeRefusal } from './domain/episode.events.ts';
import type { Episode } from './domain/episode.ts';

const ACKNOWLEDGEMENT = 'acknowledgement';
const BREAKER = 'breaker';

/** What escalation knows about one scope; the scope is the key. It waits for an acknowledgement to end, and for breakers. */
export const episode: EntityType<EpisodeCommand, EpisodeEvent, Episode, EpisodeRefusal> = {
  type: 'episode',
  // 2: what an open episode is about, its terms, and its breaker.
  version: 2,
  decider: episodeDecider,
  deadlines({ standing, breaker }) {
    if (standing.status === 'quiet') return [];
    const { acknowledged, level } = standing;
    return [
      ...(acknowledged === null ? [] : [{ name: ACKNOWLEDGEMENT, at: acknowledged.until }]),
      ...(breaker === null || level === 'CRITICAL' ? [] : [{ name: BREAKER, at: breaker.criticalAt }]),
    ];
  },
  onDeadline: ({ name, dueAt: at }, scope) =>
    name === BREAKER
      ? { type: 'LoseBreakerPatience', data: { scope, at } }
      : { type: 'ExpireAcknowledgement', data: { scope, at } },
};
