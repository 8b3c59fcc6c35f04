import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';
import { NOTICE_EVENTS, type NoticeEvent } from './notice.projection.ts';

/** One row per fact about what a tenant's people are told of an episode, in the order of the lane. */
@Entity('notice_timeline')
export class NoticeTimelineRow {
  @WholeNumberColumn({ primary: true }) readonly position!: number;
  @Column('text') readonly tenant!: string;
  @Column('text') readonly episodeId!: string;
  @Column('text') readonly eventId!: string;
  @Column('text') readonly event!: NoticeEvent['type'];
  @InstantColumn() readonly at!: Instant;
  @Column('text', { nullable: true }) readonly level!: string | null;
  @Column('text', { nullable: true }) readonly actor!: string | null;
  @Column('text', { nullable: true }) readonly because!: string | null;
}

export const noticeTimeline: Projection<NoticeTimelineRow, NoticeEvent> = {
  name: 'notice-timeline',
  version: 1,
  lane: 'notification',
  row: NoticeTimelineRow,
  hears: NOTICE_EVENTS,
  keyOf: ({ position }) => position,

  evolve(_row, { type, data, id, position }) {
    const { tenant, episodeId, at } = data;
    const entry = { position, tenant, episodeId, eventId: id, event: type, at };
    switch (type) {
      case 'NoticeQueued':
      case 'NoticeReawakened':
      case 'NoticeReleased':
        return { ...entry, level: data.level, actor: null, because: data.kind };
      case 'NoticeHeld':
        return { ...entry, level: data.level, actor: null, because: `${data.by}: ${data.holder}` };
      case 'NoticeTold': {
        const told = data.channels.map(({ id: channel }) => channel).join(', ');
        return { ...entry, level: data.level, actor: null, because: `${data.kind}: ${told}` };
      }
      case 'NoticeKept':
        return { ...entry, level: data.level, actor: null, because: `${data.kind}: ${data.because}` };
      case 'NoticeAcknowledged':
        return { ...entry, level: data.level, actor: data.by, because: null };
      case 'NoticeEnded':
        return { ...entry, level: data.peak, actor: null, because: null };
    }
  },
};
