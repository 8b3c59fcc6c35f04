import type { DeliveryIntended, EpisodeClearedData, EpisodeRaisedData, Level } from '@tocsin/contracts';
import type { Decider } from '@tocsin/domain-kit';
import { channelsFor, isAbove, type Channel, type Routing } from './routing.ts';
import { wordsForClearing, wordsForRaise, type Wording } from './wording.ts';

/** What people have been told about one scope. Only what was told is remembered: what was not, nobody has to be told is over. */
export type Notice =
  | { readonly status: 'silent' }
  | {
      readonly status: 'told';
      readonly episodeId: string;
      /** What the thing was called, so that the restoration calls it the same. */
      readonly about: string;
      /** The highest level told. */
      readonly peak: Level;
      /** Everyone who was told, in the order in which they were told first. */
      readonly channels: readonly Channel[];
      /** Whether they have been told that it is over. */
      readonly isOver: boolean;
    };

export type NoticeCommand =
  /** Carries who can be told at that moment: a policy that changes later rewrites nothing. */
  | { readonly type: 'TellOfRaise'; readonly data: { readonly episode: EpisodeRaisedData; readonly routing: Routing } }
  | { readonly type: 'TellOfClearing'; readonly data: { readonly episode: EpisodeClearedData } };

/** Decides who is told of an episode, and what: one intended delivery per channel, before anything is sent. */
export const noticeDecider: Decider<NoticeCommand, DeliveryIntended, Notice> = {
  initialState: () => ({ status: 'silent' }),

  decide({ type, data }, notice) {
    switch (type) {
      case 'TellOfRaise': {
        const { episode, routing } = data;
        if (!isNews(episode, notice)) return [];
        const words = wordsForRaise(episode);
        return channelsFor(routing, episode.to).map((channel) =>
          intended('escalation', episode, episode.to, channel, words),
        );
      }
      case 'TellOfClearing': {
        const { episode } = data;
        if (notice.status === 'silent' || notice.episodeId !== episode.episodeId || notice.isOver) return [];
        const words = wordsForClearing(episode, notice.about);
        return notice.channels.map((channel) => intended('restoration', episode, 'INFO', channel, words));
      }
    }
  },

  evolve(notice, { data: { episodeId, channelId, channelKind, kind, level, facts } }) {
    const known = notice.status === 'told' && notice.episodeId === episodeId ? notice : null;
    if (kind === 'restoration') return known ? { ...known, isOver: true } : notice;
    const channels = known?.channels ?? [];
    const isKnown = channels.some(({ id }) => id === channelId);
    return {
      status: 'told',
      episodeId,
      about: facts['about'] ?? episodeId,
      peak: known && isAbove(known.peak, level) ? known.peak : level,
      channels: isKnown ? channels : [...channels, { id: channelId, kind: channelKind }],
      isOver: false,
    };
  },
};

/**
 * A raise is news when it says more than people know: a new episode, or a higher rung. An episode that comes back within
 * 15 minutes (`reopenOf`) is the old story. It is compared with the last story told about this scope rather than with
 * the episode named, because episodes in between may have come and gone without being told.
 */
function isNews({ episodeId, reopenOf, to }: EpisodeRaisedData, notice: Notice): boolean {
  if (notice.status === 'silent') return true;
  const isOldStory = notice.episodeId === episodeId || reopenOf !== null;
  return !isOldStory || isAbove(to, notice.peak);
}

type Episode = Pick<EpisodeRaisedData, 'scope' | 'episodeId' | 'simulated' | 'at'>;

/** Repeats of an open episode are not decided yet, so every delivery is the first of its id. */
const REPEAT_INDEX = 0;

function intended(
  kind: DeliveryIntended['data']['kind'],
  { scope, episodeId, simulated, at }: Episode,
  level: Level,
  { id: channelId, kind: channelKind }: Channel,
  words: Wording,
): DeliveryIntended {
  const notificationId = `esc:${episodeId}:${level}:${channelId}:${REPEAT_INDEX}`;
  const repeatIndex = REPEAT_INDEX;
  return {
    type: 'DeliveryIntended',
    data: {
      notificationId,
      channelId,
      channelKind,
      kind,
      scope,
      episodeId,
      level,
      repeatIndex,
      ...words,
      simulated,
      at,
    },
  };
}
