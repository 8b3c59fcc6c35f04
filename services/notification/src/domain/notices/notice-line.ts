import type { Labels, Level, NoticeHeldData, NoticeQueued, Recorded, ScopeKind } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { sentences } from '../wording/phrases.ts';
import { groupOf } from './group.ts';
import { isEpisode, matterKey, type NoticeKind, type Rung } from './kind.ts';
import type { NoticeEvent } from './notice.memory.ts';
import type { ToldChannel } from './notice.ts';

/** What keeps something from being told. */
export type HeldBy = Pick<NoticeHeldData, 'by' | 'holder' | 'until'>;

/** What a line waits to tell. */
export type LineWaiting = Rung & {
  readonly kind: NoticeKind;
  readonly dueAt: Instant;
  readonly hold: HeldBy | null;
};

/** What a message about it is made of. */
export type LineWords = {
  readonly about: string;
  readonly title: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly why: readonly string[];
  readonly freshness: NonNullable<NoticeQueued['data']['freshness']> | null;
  /** A sentence that goes before the text of a repeat. */
  readonly note: string | null;
};

/** One matter on the board that rounds look at: an open episode, or something beside it that waits. */
export type NoticeLine = {
  readonly key: string;
  readonly notice: string;
  readonly tenant: string;
  readonly scope: string;
  readonly scopeKind: ScopeKind;
  readonly episodeId: string;
  readonly peak: Level;
  readonly labels: Labels;
  readonly words: LineWords;
  readonly toldTo: readonly ToldChannel[];
  readonly routingVersion: number;
  readonly startedAt: Instant;
  readonly simulated: boolean;
  readonly waiting: LineWaiting | null;
  /** The fact that queued it, and the first cause of that. */
  readonly queuedBy: { readonly eventId: string; readonly correlationId: string };
};

/** What a notice said, with what the letters about it are traced back to. */
export type SaidFact = NoticeEvent & Pick<Recorded<NoticeEvent>, 'id' | 'correlationId'>;

/** The group in which a line is told; null while it waits for nothing. */
export const groupOfLine = ({ waiting, ...line }: NoticeLine): string | null =>
  waiting && groupOf({ ...line, kind: waiting.kind });

/** A line after a fact; null when there is nothing left of it. A fact about a line that is gone changes nothing. */
export function withFact(line: NoticeLine | null, event: SaidFact): NoticeLine | null {
  const { type, data } = event;
  if (type === 'NoticeQueued') return begun(event);
  if (line === null) return null;
  switch (type) {
    case 'NoticeHeld': {
      const { by, holder, until } = data;
      return line.waiting && { ...line, waiting: { ...line.waiting, hold: { by, holder, until } } };
    }
    case 'NoticeReleased':
      return line.waiting && { ...line, waiting: { ...line.waiting, hold: null, dueAt: data.at } };
    case 'NoticeTold':
    case 'NoticeKept': {
      if (!isEpisode(data.kind)) return null;
      const { level, repeatIndex, nextAt } = data;
      const words = { ...line.words, note: null };
      if (nextAt === null) return { ...line, words, waiting: null };
      const waiting = { kind: 'reminder', level, repeatIndex: repeatIndex + 1, dueAt: nextAt, hold: null } as const;
      return { ...line, words, waiting };
    }
    case 'NoticeAcknowledged':
      return line.waiting?.kind === 'reminder' ? { ...line, waiting: null } : line;
    case 'NoticeReawakened': {
      const { level, repeatIndex, dueAt, by } = data;
      const waiting = line.waiting ?? { kind: 'reminder', level, repeatIndex, dueAt, hold: null };
      const note = sentences(`${by} had acknowledged it, and that has expired`);
      return { ...line, waiting, words: { ...line.words, note } };
    }
    case 'NoticeOutrun':
      return line;
    case 'NoticeEnded':
      return null;
  }
}

function begun({ id: eventId, correlationId, data }: SaidFact & NoticeQueued): NoticeLine {
  const { notice, tenant, scope, scopeKind, kind, episodeId, level, peak, repeatIndex, dueAt, labels } = data;
  const { about, title, text, facts, why, freshness = null, toldTo, routingVersion, startedAt, simulated } = data;
  return {
    key: matterKey(data),
    notice,
    tenant,
    scope,
    scopeKind,
    episodeId,
    peak,
    labels,
    words: { about, title, text, facts, why, freshness, note: null },
    toldTo,
    routingVersion,
    startedAt,
    simulated,
    waiting: { kind, level, repeatIndex, dueAt, hold: null },
    queuedBy: { eventId, correlationId },
  };
}
