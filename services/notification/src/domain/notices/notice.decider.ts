import type { EpisodeRaisedData } from '@tocsin/contracts';
import { laterOf, refuse, type Decider, type Refusal } from '@tocsin/domain-kit';
import { isAbove } from '../routing.ts';
import { sharedNews } from './good-news.ts';
import { isEpisode, isForTheMoment, noticeKey } from './kind.ts';
import type { NoticeCommand } from './notice.commands.ts';
import { remember, type NoticeEvent } from './notice.memory.ts';
import { endedUntold, isOutrun, outrun, type End } from './outrun.ts';
import { acknowledgedOn, NOTHING_TOLD, type Notice, type OpenEpisode, type Waiting } from './notice.ts';
import { queuedAcknowledgement, queuedEnd, queuedRaise } from './queued.ts';
import { nextRepeatAt } from './rhythm.ts';

/** What somebody saw at a look is not how it stands any more; the next look sees it. */
export type NoticeRefusal = 'notice-moved-on';

type CommandData<Type extends NoticeCommand['type']> = Extract<NoticeCommand, { type: Type }>['data'];

/**
 * Decides what people of one tenant are still to be told about one scope. Whether that may be told now is for the round
 * that looks: it asks back, and says by name what it saw.
 */
export const noticeDecider: Decider<NoticeCommand, NoticeEvent, Notice, NoticeRefusal> = {
  initialState: () => NOTHING_TOLD,

  decide({ type, data }, notice) {
    switch (type) {
      case 'RaiseNotice':
        return raise(data, notice);
      case 'ClearNotice':
        return clear(data, notice);
      case 'AcknowledgeNotice':
        return acknowledge(data, notice);
      case 'ReawakenNotice':
        return reawaken(data, notice);
      case 'ShareGoodNews':
        return sharedNews(data, notice);
      case 'Tell':
        return tell(data, notice);
      case 'Hold':
        return hold(data, notice);
      case 'Release':
        return release(data, notice);
    }
  },

  evolve: remember,
};

function raise(data: CommandData<'RaiseNotice'>, notice: Notice): readonly NoticeEvent[] {
  const { open } = notice;
  if (open === null || open.outrunBy === null) return raised(data, notice);
  // What nobody came to look at before the next began is not told any more.
  const ended = endedUntold(data.tenant, data.episode.scope, open, open.outrunBy.at);
  return [ended, ...raised(data, remember(notice, ended))];
}

function raised(
  { tenant, episode, routing, saidAt }: CommandData<'RaiseNotice'>,
  notice: Notice,
): readonly NoticeEvent[] {
  const { open } = notice;
  const isSame = open?.episodeId === episode.episodeId;
  if (isSame && !isAbove(episode.to, open.level)) return [];
  // An episode keeps the policy that it began with: editing one rewrites nothing that runs.
  const begunWith = isSame ? { version: open.routingVersion, repeats: open.repeats } : routing;
  const queued = queuedRaise(tenant, episode, begunWith, !isSame, saidAt);
  if (isNews(episode, notice)) return [queued];
  const { notice: key, scope, kind, episodeId, level, repeatIndex, at } = queued.data;
  const repeatAt = notice.story && nextRepeatAt(begunWith.repeats, level, repeatIndex, notice.story.toldAt);
  const isAcknowledged = isSame && open.acknowledgedUntil !== null;
  return [
    queued,
    {
      type: 'NoticeKept',
      data: {
        notice: key,
        tenant,
        scope,
        kind,
        episodeId,
        level,
        repeatIndex,
        because: 'told-before',
        nextAt: repeatAt === null || isAcknowledged ? null : laterOf(repeatAt, at),
        at,
      },
    },
  ];
}

/** A raise is news when it says more than people know of the present story. */
function isNews({ reopenOf, episodeId, to }: EpisodeRaisedData, { open, story }: Notice): boolean {
  if (story === null) return true;
  const isOldStory = open?.episodeId === episodeId || reopenOf !== null;
  return !isOldStory || isAbove(to, story.peak);
}

/** The end is told to whoever was told of the beginning; what was not told by then never is, unless it was outrun. */
function clear({ tenant, episode, saidAt }: CommandData<'ClearNotice'>, { open }: Notice): readonly NoticeEvent[] {
  if (open?.episodeId !== episode.episodeId || open.outrunBy !== null) return [];
  if (isOutrun(open, episode, saidAt)) return [outrun(tenant, open, episode)];
  return ended(tenant, episode, open);
}

function ended(tenant: string, end: End, open: OpenEpisode): readonly NoticeEvent[] {
  const { told } = open;
  const over = endedUntold(tenant, end.scope, open, end.at);
  if (told === null) return [over];
  return [{ ...over, data: { ...over.data, peak: told.peak } }, queuedEnd(tenant, end, open, told)];
}

/** An acknowledgement ends repeats. It never keeps a raise from being told, of this level or a higher one. */
function acknowledge({ tenant, episode }: CommandData<'AcknowledgeNotice'>, { open }: Notice): readonly NoticeEvent[] {
  const { scope, episodeId, by, until, at } = episode;
  if (open?.episodeId !== episodeId || open.acknowledgedUntil === until) return [];
  const acknowledged: NoticeEvent = {
    type: 'NoticeAcknowledged',
    data: {
      notice: noticeKey(tenant, scope),
      tenant,
      scope,
      kind: 'escalation',
      episodeId,
      level: open.level,
      by,
      until,
      at,
    },
  };
  const toldTo = acknowledgedOn(open.told?.channels ?? []);
  if (toldTo.length === 0) return [acknowledged];
  return [acknowledged, queuedAcknowledgement(tenant, episode, open, toldTo)];
}

/** One fresh notification says that nobody is at it any more; it is repeated from then on. */
function reawaken({ tenant, episode }: CommandData<'ReawakenNotice'>, { open }: Notice): readonly NoticeEvent[] {
  const { scope, episodeId, by, at } = episode;
  if (open?.episodeId !== episodeId || open.acknowledgedUntil === null) return [];
  const { kind, level, repeatIndex, dueAt } = open.waiting ?? {
    kind: 'reminder' as const,
    level: open.level,
    repeatIndex: open.spent,
    dueAt: at,
  };
  return [
    {
      type: 'NoticeReawakened',
      data: {
        notice: noticeKey(tenant, scope),
        tenant,
        scope,
        kind,
        episodeId,
        level,
        repeatIndex,
        by,
        dueAt,
        at,
      },
    },
  ];
}

function tell(data: CommandData<'Tell'>, notice: Notice): readonly NoticeEvent[] | Refusal<NoticeRefusal> {
  const { kind, episodeId, level, repeatIndex, channels, group, at, tenant, scope } = data;
  const waiting = waitingOf(data, notice);
  if (waiting === null || waiting.holder !== null || waiting.dueAt > at) return MOVED_ON;
  const { open } = notice;
  const isRepeated = isEpisode(kind) && open !== null && open.acknowledgedUntil === null;
  const nextAt = isRepeated ? nextRepeatAt(open.repeats, level, repeatIndex, at) : null;
  const common = { notice: noticeKey(tenant, scope), tenant, scope, kind, episodeId, level, repeatIndex, nextAt, at };
  const told: NoticeEvent =
    channels.length > 0
      ? { type: 'NoticeTold', data: { ...common, channels, group } }
      : { type: 'NoticeKept', data: { ...common, because: 'nobody-to-tell' } };
  const after = remember(notice, told).open;
  if (!isEpisode(kind) || after === null || after.outrunBy === null) return [told];
  return [told, ...ended(tenant, { ...after.outrunBy, scope, episodeId }, after)];
}

function hold(data: CommandData<'Hold'>, notice: Notice): readonly NoticeEvent[] | Refusal<NoticeRefusal> {
  const { kind, episodeId, level, repeatIndex, by, holder, until, at, tenant, scope } = data;
  const waiting = waitingOf(data, notice);
  if (waiting === null) return MOVED_ON;
  const { open } = notice;
  if (isEpisode(kind) && open !== null && open.outrunBy !== null)
    return [endedUntold(tenant, scope, open, open.outrunBy.at)];
  const common = { notice: noticeKey(tenant, scope), tenant, scope, kind, episodeId, level, repeatIndex, at };
  return isForTheMoment(kind)
    ? [{ type: 'NoticeKept', data: { ...common, because: 'held', nextAt: null } }]
    : [{ type: 'NoticeHeld', data: { ...common, by, holder, until } }];
}

function release(data: CommandData<'Release'>, notice: Notice): readonly NoticeEvent[] | Refusal<NoticeRefusal> {
  const { kind, episodeId, level, repeatIndex, at, tenant, scope } = data;
  const waiting = waitingOf(data, notice);
  if (waiting === null || waiting.holder === null) return MOVED_ON;
  const common = { notice: noticeKey(tenant, scope), tenant, scope, kind, episodeId, level, repeatIndex, at };
  return [{ type: 'NoticeReleased', data: common }];
}

const MOVED_ON = refuse('notice-moved-on', 'What is to be told is not what somebody saw; they look again.');

/** What waits under that name and at that rung; null where it stands otherwise. */
function waitingOf(looked: CommandData<'Release'>, { open, others }: Notice): Waiting | null {
  const { kind, episodeId, level, repeatIndex } = looked;
  const waiting = isEpisode(kind)
    ? waitingFor(open, episodeId)
    : (others.find((other) => other.kind === kind && other.episodeId === episodeId) ?? null);
  return waiting?.kind === kind && waiting.level === level && waiting.repeatIndex === repeatIndex ? waiting : null;
}

const waitingFor = (open: OpenEpisode | null, episodeId: string): Waiting | null =>
  open?.episodeId === episodeId ? open.waiting : null;
