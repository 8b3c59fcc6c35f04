import type { NoticeQueuedData } from '@tocsin/contracts';

/** What a notice is for. */
export type NoticeKind = NoticeQueuedData['kind'];

/** Names one thing that waits to be told. */
export type Matter = {
  readonly notice: string;
  readonly kind: NoticeKind;
  /** The episode that it is about, or the id of the good news. */
  readonly episodeId: string;
};

/** One rung, and how often it has been repeated. */
export type Rung = Pick<NoticeQueuedData, 'level' | 'repeatIndex'>;

/** The key of the notice of one tenant about one scope. */
export const noticeKey = (tenant: string, scope: string): string => `${tenant}/${scope}`;

/** A raise and its repeats are one matter: a repeat takes the place of what it repeats. */
const slotOf = (kind: NoticeKind): string => (kind === 'reminder' ? 'escalation' : kind);

/** The key of what waits: there is at most one of each slot for an episode. */
export const matterKey = ({ notice, kind, episodeId }: Matter): string => `${notice}/${slotOf(kind)}/${episodeId}`;

/** Tells whether this is the episode itself, rather than news beside it. */
export const isEpisode = (kind: NoticeKind): boolean => slotOf(kind) === 'escalation';

/** Good news is for the moment: told late it is none. */
export const isForTheMoment = (kind: NoticeKind): boolean => !isEpisode(kind) && kind !== 'restoration';
