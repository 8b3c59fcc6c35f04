import type { EpisodeClearedData, NoticeEnded, NoticeOutrun } from '@tocsin/contracts';
import { msBetween, type Instant } from '@tocsin/domain-kit';
import { noticeKey } from './kind.ts';
import type { OpenEpisode } from './notice.ts';

/** An end, as far as people are told of it. */
export type End = Pick<
  EpisodeClearedData,
  'scope' | 'episodeId' | 'scopeKind' | 'peak' | 'durationMs' | 'openedAt' | 'cause' | 'simulated' | 'resolvedBy' | 'at'
>;

/** In life, what lasts so long is told before it ends. */
const LASTED_MIN_MS = 60_000;
/** Rounds look several times in so long, on the wall clock. */
const LOOKED_AT_WITHIN_MS = 2_000;

/**
 * Tells whether an episode was over before any round could look at it, although it lasted: then history is played faster
 * than life, and people are told of it as they would have been. Where history is not played nothing was said at a moment
 * of its own: who catches up after an outage says in a burst what lasted for hours, and what ended while nobody worked is
 * not told afterwards.
 */
export function isOutrun({ waiting, told, saidAt }: OpenEpisode, { at }: End, endSaidAt: Instant | null): boolean {
  if (told !== null || waiting === null || waiting.holder !== null) return false;
  if (saidAt === null || endSaidAt === null) return false;
  return msBetween(waiting.dueAt, at) >= LASTED_MIN_MS && msBetween(saidAt, endSaidAt) < LOOKED_AT_WITHIN_MS;
}

export function outrun(tenant: string, { waiting, level }: OpenEpisode, end: End): NoticeOutrun {
  const { scope, episodeId, scopeKind, peak, durationMs, openedAt, cause, simulated, resolvedBy, at } = end;
  return {
    type: 'NoticeOutrun',
    data: {
      notice: noticeKey(tenant, scope),
      tenant,
      scope,
      kind: 'escalation',
      episodeId,
      level,
      repeatIndex: waiting?.repeatIndex ?? 0,
      cleared: {
        ...{ scopeKind, peak, durationMs, openedAt, cause, simulated, at },
        ...(resolvedBy !== undefined && { resolvedBy }),
      },
      at,
    },
  };
}

/** The end of something of which nobody was told. */
export const endedUntold = (
  tenant: string,
  scope: string,
  { episodeId }: Pick<OpenEpisode, 'episodeId'>,
  at: Instant,
): NoticeEnded => ({
  type: 'NoticeEnded',
  data: { notice: noticeKey(tenant, scope), tenant, scope, kind: 'escalation', episodeId, peak: null, at },
});
