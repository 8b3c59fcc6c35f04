import type { AttemptFailed } from '@tocsin/contracts';
import type { Instant, Pair } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from './columns.ts';

/** One row per attempt at a bar that failed, by which a provider's errors are counted in windows. */
@Entity('failed_attempt')
export class FailedAttemptRow {
  @PrimaryColumn('text') readonly eventId!: string;
  @Column('text') readonly pair!: Pair;
  @Column('text') readonly provider!: string;
  @InstantColumn() readonly barCloseAt!: Instant;
  @Column('integer') readonly attempt!: number;
  @Column('boolean') readonly exhausted!: boolean;
  @Column('text') readonly errorCode!: AttemptFailed['data']['errorCode'];
  @Column('text') readonly failureSource!: AttemptFailed['data']['failureSource'];
  @InstantColumn() readonly heardAt!: Instant;
}

export const failedAttempt: Projection<FailedAttemptRow, AttemptFailed> = {
  name: 'failed-attempt',
  version: 1,
  lane: 'ingestion',
  row: FailedAttemptRow,
  hears: ['AttemptFailed'],
  keyOf: ({ id }) => id,

  evolve(_row, { id, time, data }) {
    const { pair, provider, barCloseAt, attempt, exhausted, errorCode, failureSource } = data;
    return { eventId: id, pair, provider, barCloseAt, attempt, exhausted, errorCode, failureSource, heardAt: time };
  },
};
