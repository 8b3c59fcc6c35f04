import type { GoodNews } from '../wording/good-news.ts';
import { groupOf } from './group.ts';
import { isForTheMoment, noticeKey } from './kind.ts';
import type { NoticeEvent } from './notice.memory.ts';
import type { Notice } from './notice.ts';

/** What waits beside the episode of one scope is told within a round, or somebody silences it: more is a flood. */
const OTHERS_MAX = 16;

type Shared = {
  readonly tenant: string;
  readonly news: GoodNews;
  readonly isEveryOneAsked: boolean;
  readonly routingVersion: number;
};

/** Queues good news once for each bar. A success is a first one (repeat 0) where none was told since the last trouble. */
export function sharedNews(
  { tenant, news, isEveryOneAsked, routingVersion }: Shared,
  notice: Notice,
): readonly NoticeEvent[] {
  const { kind, id: episodeId, scope, scopeKind, about, title, text, facts, why, barOpenAt, simulated, at } = news;
  const newest = notice.newest[kind];
  if (newest !== null && barOpenAt <= newest) return [];
  const isFirst = kind === 'signal' || notice.isSuccessNew;
  if (!isFirst && !isEveryOneAsked) return [];
  const key = noticeKey(tenant, scope);
  const labels = { ...news.labels, tenant };
  const level = 'INFO';
  const queued: NoticeEvent = {
    type: 'NoticeQueued',
    data: {
      notice: key,
      tenant,
      scope,
      kind,
      episodeId,
      level,
      peak: level,
      repeatIndex: isFirst ? 0 : 1,
      dueAt: at,
      group: groupOf({ tenant, scopeKind, labels, peak: level, kind }),
      routingVersion,
      scopeKind,
      about,
      title,
      text,
      facts,
      why: [...why],
      labels,
      toldTo: [],
      startedAt: barOpenAt,
      simulated,
      at,
    },
  };
  const crowd =
    notice.others.length < OTHERS_MAX ? undefined : notice.others.find((other) => isForTheMoment(other.kind));
  if (crowd === undefined) return [queued];
  const { kind: crowdedKind, episodeId: crowdedId, level: crowdedLevel, repeatIndex } = crowd;
  return [
    {
      type: 'NoticeKept',
      data: {
        notice: key,
        tenant,
        scope,
        kind: crowdedKind,
        episodeId: crowdedId,
        level: crowdedLevel,
        repeatIndex,
        because: 'crowded-out',
        nextAt: null,
        at,
      },
    },
    queued,
  ];
}
