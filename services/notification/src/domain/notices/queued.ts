import {
  labelsOfEpisode,
  severityOf,
  type EpisodeAcknowledgedData,
  type EpisodeRaisedData,
  type Level,
  type NoticeQueued,
  type Repeats,
} from '@tocsin/contracts';
import { plainText, type Instant } from '@tocsin/domain-kit';
import { aboutOf, wordsForAcknowledgement, wordsForClearing, wordsForRaise } from '../wording/episode-words.ts';
import { CHARS_MAX } from '../wording/phrases.ts';
import { groupOf } from './group.ts';
import { noticeKey } from './kind.ts';
import type { OpenEpisode, ToldChannel } from './notice.ts';
import type { End } from './outrun.ts';

/** A raise that is to be told. The policy is named by the first raise of an episode, which it then keeps. */
export function queuedRaise(
  tenant: string,
  episode: EpisodeRaisedData,
  routing: { readonly version: number; readonly repeats: Repeats },
  isFirst: boolean,
  saidAt: Instant | null,
): NoticeQueued {
  const { scope, scopeKind, episodeId, to: level, openedAt, reopenOf, cause, simulated, at, freshness } = episode;
  const labels = { ...labelsOfEpisode({ ...episode, level }), tenant };
  return {
    type: 'NoticeQueued',
    data: {
      notice: noticeKey(tenant, scope),
      tenant,
      scope,
      kind: 'escalation',
      episodeId,
      level,
      peak: level,
      repeatIndex: 0,
      dueAt: at,
      group: groupOf({ tenant, scopeKind, labels, peak: level, kind: 'escalation' }),
      routingVersion: routing.version,
      ...(isFirst && { repeats: routing.repeats }),
      scopeKind,
      about: aboutOf(episode),
      ...wordsForRaise(episode),
      why: [plainText(cause, CHARS_MAX.why)],
      ...(freshness !== undefined && { freshness }),
      labels,
      toldTo: [],
      startedAt: openedAt,
      ...(reopenOf !== null && { reopenOf }),
      simulated,
      ...(saidAt !== null && { saidAt }),
      at,
    },
  };
}

/** The end of an episode, for those who were told of it. */
export function queuedEnd(
  tenant: string,
  cleared: End,
  { about, labels, routingVersion }: Pick<OpenEpisode, 'about' | 'labels' | 'routingVersion'>,
  { peak, channels }: { readonly peak: Level; readonly channels: readonly ToldChannel[] },
): NoticeQueued {
  const { scope, scopeKind, episodeId, openedAt, cause, simulated, at } = cleared;
  return {
    type: 'NoticeQueued',
    data: {
      notice: noticeKey(tenant, scope),
      tenant,
      scope,
      kind: 'restoration',
      episodeId,
      level: 'INFO',
      peak,
      repeatIndex: 0,
      dueAt: at,
      group: groupOf({ tenant, scopeKind, labels, peak, kind: 'restoration' }),
      routingVersion,
      scopeKind,
      about,
      ...wordsForClearing(cleared, about),
      why: [plainText(cause, CHARS_MAX.why)],
      // Whoever silenced the trouble does not want to hear of its end either.
      labels: { ...labels, level: peak, severity: severityOf(peak) },
      toldTo: [...channels],
      startedAt: openedAt,
      simulated,
      at,
    },
  };
}

/** That somebody has taken it on, for those who look at the same message. */
export function queuedAcknowledgement(
  tenant: string,
  acknowledged: EpisodeAcknowledgedData,
  { about, labels, level, acknowledgements, routingVersion, openedAt, simulated, scopeKind }: OpenEpisode,
  toldTo: readonly ToldChannel[],
): NoticeQueued {
  const { scope, episodeId, at } = acknowledged;
  return {
    type: 'NoticeQueued',
    data: {
      notice: noticeKey(tenant, scope),
      tenant,
      scope,
      kind: 'acknowledgement',
      episodeId,
      level,
      peak: level,
      repeatIndex: acknowledgements,
      dueAt: at,
      group: groupOf({ tenant, scopeKind, labels, peak: level, kind: 'acknowledgement' }),
      routingVersion,
      scopeKind,
      about,
      ...wordsForAcknowledgement(acknowledged, about, simulated),
      why: [plainText(acknowledged.reason, CHARS_MAX.why)],
      labels,
      toldTo: [...toldTo],
      startedAt: openedAt,
      simulated,
      at,
    },
  };
}
