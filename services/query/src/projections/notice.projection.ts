import type {
  ChannelKind,
  NoticeAcknowledged,
  NoticeEnded,
  NoticeHeld,
  NoticeKept,
  NoticeQueued,
  NoticeReawakened,
  NoticeReleased,
  NoticeTold,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

export type NoticeEvent =
  | NoticeQueued
  | NoticeHeld
  | NoticeReleased
  | NoticeTold
  | NoticeKept
  | NoticeAcknowledged
  | NoticeReawakened
  | NoticeEnded;

export const NOTICE_EVENTS = [
  'NoticeQueued',
  'NoticeHeld',
  'NoticeReleased',
  'NoticeTold',
  'NoticeKept',
  'NoticeAcknowledged',
  'NoticeReawakened',
  'NoticeEnded',
] as const satisfies readonly NoticeEvent['type'][];

/** One row per episode and tenant: what its people know of it, what they are still to be told, and what holds it. */
@Entity('notice')
export class NoticeRow {
  /** The notice, which is a tenant and a scope, and the episode or piece of good news. */
  @PrimaryColumn('text') readonly noticeId!: string;
  @Column('text') readonly tenant!: string;
  @Column('text') readonly scope!: string;
  @Column('text') readonly episodeId!: string;
  /** Of what was said of it last. */
  @Column('text') readonly kind!: NoticeQueued['data']['kind'];
  @Column('text') readonly level!: NoticeQueued['data']['level'];
  @Column('integer') readonly repeatIndex!: number;
  /** `kept` is not told at all; `ended` is an episode that is over with nothing left to tell. */
  @Column('text') readonly status!: 'queued' | 'held' | 'told' | 'kept' | 'acknowledged' | 'ended';
  @Column('text', { nullable: true }) readonly title!: string | null;
  @InstantColumn({ nullable: true }) readonly dueAt!: Instant | null;
  @Column('text', { nullable: true }) readonly heldBy!: NoticeHeld['data']['by'] | null;
  /** The scope of the episode, the silence, or the policy that holds it. */
  @Column('text', { nullable: true }) readonly holder!: string | null;
  @InstantColumn({ nullable: true }) readonly heldUntil!: Instant | null;
  @Column('text', { nullable: true }) readonly keptBecause!: NoticeKept['data']['because'] | null;
  /** Who was told last; empty while nobody was. */
  @Column('jsonb') readonly channels!: readonly { readonly id: string; readonly kind: ChannelKind }[];
  /** When it is told again if nobody acknowledges it. */
  @InstantColumn({ nullable: true }) readonly nextAt!: Instant | null;
  @InstantColumn() readonly firstAt!: Instant;
  @InstantColumn() readonly changedAt!: Instant;
  @WholeNumberColumn() readonly position!: number;
}

export const notice: Projection<NoticeRow, NoticeEvent> = {
  name: 'notice',
  version: 1,
  lane: 'notification',
  row: NoticeRow,
  hears: NOTICE_EVENTS,
  keyOf: ({ data }) => noticeIdOf(data),

  evolve(row, { type, data, position }) {
    if (!row && type !== 'NoticeQueued') return null;
    const before = { ...(row ?? opened(data)), kind: data.kind, changedAt: data.at, position };
    switch (type) {
      case 'NoticeQueued': {
        const { level, repeatIndex, title, dueAt } = data;
        return { ...before, ...FREE, status: 'queued', level, repeatIndex, title, dueAt, nextAt: null };
      }
      case 'NoticeHeld': {
        const { level, repeatIndex, by: heldBy, holder, until: heldUntil } = data;
        return { ...before, status: 'held', level, repeatIndex, heldBy, holder, heldUntil };
      }
      case 'NoticeReleased':
        return { ...before, ...FREE, status: 'queued' };
      case 'NoticeTold': {
        const { level, repeatIndex, channels, nextAt } = data;
        return { ...before, ...FREE, status: 'told', level, repeatIndex, channels, nextAt, dueAt: null };
      }
      case 'NoticeKept': {
        const { level, repeatIndex, because: keptBecause, nextAt } = data;
        return { ...before, ...FREE, status: 'kept', level, repeatIndex, keptBecause, nextAt, dueAt: null };
      }
      case 'NoticeAcknowledged':
        return { ...before, ...FREE, status: 'acknowledged', dueAt: null, nextAt: null };
      case 'NoticeReawakened': {
        const { level, repeatIndex, dueAt } = data;
        return { ...before, ...FREE, status: 'queued', level, repeatIndex, dueAt };
      }
      case 'NoticeEnded':
        return { ...before, ...FREE, status: 'ended', dueAt: null, nextAt: null };
    }
  },
};

/** Alertmanager's API finds it by this, of ten thousand episodes at once. */
const noticeIdOf = ({ notice, episodeId }: NoticeEvent['data']): string => `${notice}|${episodeId}`;

const FREE = { heldBy: null, holder: null, heldUntil: null, keptBecause: null } as const;

const opened = (data: NoticeEvent['data']) => {
  const { tenant, scope, episodeId, at: firstAt } = data;
  const nothing = { level: 'INFO', repeatIndex: 0, title: null, dueAt: null, channels: [], nextAt: null } as const;
  return { ...nothing, ...FREE, noticeId: noticeIdOf(data), tenant, scope, episodeId, firstAt };
};
