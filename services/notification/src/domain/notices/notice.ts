import type { ChannelKind, Labels, Level, NoticeOutrun, NoticeTold, Repeats, ScopeKind } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { NoticeKind, Rung } from './kind.ts';

/** One way to reach people, as a notice remembers it. */
export type ToldChannel = NoticeTold['data']['channels'][number];

/** Something that is to be told. */
export type Waiting = Rung & {
  readonly kind: NoticeKind;
  /** The earliest moment to tell it. */
  readonly dueAt: Instant;
  /** What keeps it from being told; null for nothing. */
  readonly holder: string | null;
};

/** An episode that stands. */
export type OpenEpisode = {
  readonly episodeId: string;
  readonly level: Level;
  /** What the thing was called first, so that its end calls it the same. */
  readonly about: string;
  readonly scopeKind: ScopeKind;
  readonly labels: Labels;
  readonly openedAt: Instant;
  readonly simulated: boolean;
  /** The routing policy that it began with, and how often that repeats it. */
  readonly routingVersion: number;
  readonly repeats: Repeats;
  /** The raise, or its next repeat; null where there is nothing to tell. */
  readonly waiting: Waiting | null;
  /** How many times this level was told, or kept; the next repeat has this index. */
  readonly spent: number;
  /** Who was told of this episode, and the highest level told; null where nobody was. */
  readonly told: { readonly peak: Level; readonly channels: readonly ToldChannel[] } | null;
  readonly acknowledgedUntil: Instant | null;
  /** How often it was acknowledged. */
  readonly acknowledgements: number;
  /** When escalation said so last, on the wall clock; null where history is not played faster than that. */
  readonly saidAt: Instant | null;
  /** Its end, which came before anybody could look; null while it stands. */
  readonly outrunBy: NoticeOutrun['data']['cleared'] | null;
};

/** What people of one tenant know about one scope, and what they are still to be told. */
export type Notice = {
  readonly open: OpenEpisode | null;
  /**
   * The highest level told of the present story, and when that was. Episodes that come back within 15 minutes are one
   * story.
   */
  readonly story: { readonly peak: Level; readonly toldAt: Instant } | null;
  /** What waits beside the open episode, oldest first: ends, acknowledgements, good news. */
  readonly others: readonly (Waiting & { readonly episodeId: string })[];
  /** The newest bars of which good news was queued, so that none is told twice. */
  readonly newest: { readonly success: Instant | null; readonly signal: Instant | null };
  /** Whether no success was queued since the last trouble. */
  readonly isSuccessNew: boolean;
};

export const NOTHING_TOLD: Notice = {
  open: null,
  story: null,
  others: [],
  newest: { success: null, signal: null },
  isSuccessNew: true,
};

/** The kinds of channel on which people look at one message together, so that it is worth saying who has it. */
const SEEN_TOGETHER: readonly ChannelKind[] = ['pagerduty', 'slack'];

/** Those of `channels` that hear of an acknowledgement. */
export const acknowledgedOn = (channels: readonly ToldChannel[]): readonly ToldChannel[] =>
  channels.filter(({ kind }) => SEEN_TOGETHER.includes(kind));
