import type { Matcher, SilenceCreated, SilenceExpired } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per silence and maintenance window, also when it is over: it explains why nobody was told of something. */
@Entity('silence')
export class SilenceRow {
  @PrimaryColumn('text') readonly silenceId!: string;
  @Column('text') readonly tenant!: string;
  @Column('text') readonly kind!: SilenceCreated['data']['kind'];
  @Column('jsonb') readonly matchers!: readonly Matcher[];
  /** The first window, of one that comes back. */
  @InstantColumn() readonly fromAt!: Instant;
  @InstantColumn() readonly untilAt!: Instant;
  @Column('text', { nullable: true }) readonly every!: SilenceCreated['data']['every'];
  @Column('text') readonly zone!: string;
  @Column('text') readonly comment!: string;
  @Column('text') readonly createdBy!: string;
  @InstantColumn() readonly createdAt!: Instant;
  /** Null while it stands, and where it ended by itself. */
  @Column('text', { nullable: true }) readonly expiredBy!: string | null;
  @InstantColumn({ nullable: true }) readonly expiredAt!: Instant | null;
  @WholeNumberColumn() readonly position!: number;
}

export const silence: Projection<SilenceRow, SilenceCreated | SilenceExpired> = {
  name: 'silence',
  version: 1,
  lane: 'escalation',
  row: SilenceRow,
  hears: ['SilenceCreated', 'SilenceExpired'],
  keyOf: ({ data }) => data.silenceId,

  evolve(row, { type, data, position }) {
    switch (type) {
      case 'SilenceCreated': {
        const { silenceId, tenant, kind, matchers, from, until, every, zone, comment, by, at } = data;
        return {
          ...{ silenceId, tenant, kind, matchers, fromAt: from, untilAt: until, every, zone, comment },
          ...{ createdBy: by, createdAt: at, expiredBy: null, expiredAt: null, position },
        };
      }
      case 'SilenceExpired':
        return row && { ...row, expiredBy: data.by, expiredAt: data.at, position };
    }
  },
};
