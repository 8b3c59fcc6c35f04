import type { VerdictCounted } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from './columns.ts';

/** One row per scope: what its ladder counts, as of the newest bar that was counted. */
@Entity('scope_tally')
export class ScopeTallyRow {
  @PrimaryColumn('text') readonly scope!: string;
  @Column('text') readonly verdict!: VerdictCounted['data']['verdict'];
  @InstantColumn() readonly barCloseAt!: Instant;
  @Column('integer') readonly consecutiveFailures!: number;
  @Column('integer') readonly amber!: number;
  @Column('integer') readonly red!: number;
  @Column('integer') readonly good!: number;
  @InstantColumn() readonly countedAt!: Instant;
}

export const scopeTally: Projection<ScopeTallyRow, VerdictCounted> = {
  name: 'scope-tally',
  version: 1,
  lane: 'escalation',
  row: ScopeTallyRow,
  hears: ['VerdictCounted'],
  keyOf: ({ data }) => data.scope,

  evolve(_row, { data: { scope, verdict, barCloseAt, consecutiveFailures, amber, red, good, at } }) {
    return { scope, verdict, barCloseAt, consecutiveFailures, amber, red, good, countedAt: at };
  },
};
