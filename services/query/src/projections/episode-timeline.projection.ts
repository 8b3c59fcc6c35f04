import type {
  AcknowledgementExpired,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeCommented,
  EpisodeRaised,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per fact about an episode, in the order of the lane. */
@Entity('episode_timeline')
export class EpisodeTimelineRow {
  @WholeNumberColumn({ primary: true }) readonly position!: number;
  @Column('text') readonly episodeId!: string;
  @Column('text') readonly scope!: string;
  @Column('text') readonly eventId!: string;
  @Column('text') readonly event!: string;
  @InstantColumn() readonly at!: Instant;
  /** The level that the fact led to; null where it led to none. */
  @Column('text', { nullable: true }) readonly level!: EpisodeRaised['data']['to'] | null;
  @Column('text', { nullable: true }) readonly actor!: string | null;
  @Column('text', { nullable: true }) readonly because!: string | null;
}

type EpisodeEvent = EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired | EpisodeCommented;

export const episodeTimeline: Projection<EpisodeTimelineRow, EpisodeEvent> = {
  name: 'episode-timeline',
  version: 2,
  lane: 'escalation',
  row: EpisodeTimelineRow,
  hears: ['EpisodeRaised', 'EpisodeCleared', 'EpisodeAcknowledged', 'AcknowledgementExpired', 'EpisodeCommented'],
  keyOf: ({ position }) => position,

  evolve(_row, { type, data, id, position }) {
    const { episodeId, scope, at } = data;
    const entry = { position, episodeId, scope, eventId: id, event: type, at };
    switch (type) {
      case 'EpisodeRaised':
        return { ...entry, level: data.to, actor: null, because: data.cause };
      case 'EpisodeCleared':
        return { ...entry, level: 'INFO', actor: data.resolvedBy ?? null, because: data.cause };
      case 'EpisodeAcknowledged':
        return { ...entry, level: null, actor: data.by, because: data.reason };
      case 'AcknowledgementExpired':
        return { ...entry, level: null, actor: data.by, because: null };
      case 'EpisodeCommented':
        return { ...entry, level: null, actor: data.by, because: data.text };
    }
  },
};
