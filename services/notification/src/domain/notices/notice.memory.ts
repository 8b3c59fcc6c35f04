import type {
  NoticeAcknowledged,
  NoticeEnded,
  NoticeHeld,
  NoticeKept,
  NoticeOutrun,
  NoticeQueued,
  NoticeReawakened,
  NoticeReleased,
  NoticeTold,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { isAbove } from '../routing.ts';
import { isEpisode, type Rung } from './kind.ts';
import type { Notice, OpenEpisode, ToldChannel, Waiting } from './notice.ts';

export type NoticeEvent =
  | NoticeQueued
  | NoticeHeld
  | NoticeReleased
  | NoticeTold
  | NoticeKept
  | NoticeAcknowledged
  | NoticeReawakened
  | NoticeOutrun
  | NoticeEnded;

/** A notice after what it said. */
export function remember(notice: Notice, { type, data }: NoticeEvent): Notice {
  switch (type) {
    case 'NoticeQueued':
      return isEpisode(data.kind) ? withRaise(notice, data) : withOther(notice, data);
    case 'NoticeHeld':
      return changed(notice, data, (waiting) => ({ ...waiting, holder: data.holder }));
    case 'NoticeReleased':
      return changed(notice, data, (waiting) => ({ ...waiting, holder: null, dueAt: data.at }));
    case 'NoticeKept': {
      const { open } = notice;
      if (!isEpisode(data.kind) || open === null) return changed(notice, data, () => null);
      return { ...notice, open: { ...open, ...afterRung(data, data.nextAt) } };
    }
    case 'NoticeTold': {
      const { open } = notice;
      if (!isEpisode(data.kind) || open === null) return changed(notice, data, () => null);
      const { level, channels, at } = data;
      const before = open.told ?? { peak: level, channels: [] };
      const peak = isAbove(before.peak, level) ? before.peak : level;
      const told = { peak, channels: united(before.channels, channels) };
      const story = { peak: notice.story && isAbove(notice.story.peak, peak) ? notice.story.peak : peak, toldAt: at };
      return { ...notice, open: { ...open, ...afterRung(data, data.nextAt), told }, story };
    }
    case 'NoticeAcknowledged': {
      const { open } = notice;
      if (open === null) return notice;
      const waiting = open.waiting?.kind === 'reminder' ? null : open.waiting;
      const acknowledgements = open.acknowledgements + 1;
      return { ...notice, open: { ...open, waiting, acknowledgedUntil: data.until, acknowledgements } };
    }
    case 'NoticeReawakened': {
      const { open } = notice;
      if (open === null) return notice;
      const { level, repeatIndex, dueAt } = data;
      const waiting = open.waiting ?? { kind: 'reminder', level, repeatIndex, dueAt, holder: null };
      return { ...notice, open: { ...open, waiting, acknowledgedUntil: null } };
    }
    case 'NoticeOutrun':
      return notice.open === null ? notice : { ...notice, open: { ...notice.open, outrunBy: data.cleared } };
    case 'NoticeEnded':
      return { ...notice, open: null };
  }
}

function withRaise(notice: Notice, data: NoticeQueued['data']): Notice {
  const {
    episodeId,
    level,
    about,
    scopeKind,
    labels,
    startedAt,
    simulated,
    routingVersion,
    repeats = {},
    saidAt = null,
  } = data;
  const waiting: Waiting = {
    kind: 'escalation',
    level,
    repeatIndex: data.repeatIndex,
    dueAt: data.dueAt,
    holder: null,
  };
  const { open } = notice;
  if (open?.episodeId === episodeId) return { ...notice, open: { ...open, level, labels, waiting, spent: 0, saidAt } };
  const fresh: OpenEpisode = {
    episodeId,
    level,
    about,
    scopeKind,
    labels,
    openedAt: startedAt,
    simulated,
    routingVersion,
    repeats,
    waiting,
    spent: 0,
    told: null,
    acknowledgedUntil: null,
    acknowledgements: 0,
    saidAt,
    outrunBy: null,
  };
  return {
    ...notice,
    open: fresh,
    story: data.reopenOf === undefined ? null : notice.story,
    isSuccessNew: true,
  };
}

function withOther(notice: Notice, data: NoticeQueued['data']): Notice {
  const { kind, episodeId, level, repeatIndex, dueAt, startedAt } = data;
  const others = notice.others.filter((other) => other.kind !== kind || other.episodeId !== episodeId);
  const { newest } = notice;
  return {
    ...notice,
    others: [...others, { kind, episodeId, level, repeatIndex, dueAt, holder: null }],
    newest: kind === 'success' || kind === 'signal' ? { ...newest, [kind]: startedAt } : newest,
    isSuccessNew: kind === 'success' ? false : notice.isSuccessNew,
  };
}

/** After a rung was told or kept, only its next repeat is left to tell. */
const afterRung = ({ level, repeatIndex }: Rung, nextAt: Instant | null): Pick<OpenEpisode, 'waiting' | 'spent'> => ({
  spent: repeatIndex + 1,
  waiting:
    nextAt === null ? null : { kind: 'reminder', level, repeatIndex: repeatIndex + 1, dueAt: nextAt, holder: null },
});

/** Changes what waits under that name; null takes it away. */
function changed(
  notice: Notice,
  { kind, episodeId }: Pick<NoticeHeld['data'], 'kind' | 'episodeId'>,
  change: (waiting: Waiting) => Waiting | null,
): Notice {
  const { open, others } = notice;
  if (isEpisode(kind)) {
    if (open?.episodeId !== episodeId || open.waiting === null) return notice;
    return { ...notice, open: { ...open, waiting: change(open.waiting) } };
  }
  return {
    ...notice,
    others: others.flatMap((other) => {
      if (other.kind !== kind || other.episodeId !== episodeId) return [other];
      const after = change(other);
      return after === null ? [] : [{ ...other, ...after }];
    }),
  };
}

function united(known: readonly ToldChannel[], told: readonly ToldChannel[]): readonly ToldChannel[] {
  const fresh = told.filter(({ id }) => !known.some((channel) => channel.id === id));
  return fresh.length === 0 ? known : [...known, ...fresh];
}
