import type { BarClosed } from '@tocsin/contracts';
import type { Decimal, Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per closed bar: the newest revision of it. */
@Entity('bar')
export class BarRow {
  @PrimaryColumn('text') readonly pair!: Pair;
  @InstantColumn({ primary: true }) readonly openAt!: Instant;
  @InstantColumn() readonly closeAt!: Instant;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  @Column('text') readonly provider!: string;
  @Column('boolean') readonly simulated!: boolean;
  @Column('numeric') readonly open!: Decimal;
  @Column('numeric') readonly high!: Decimal;
  @Column('numeric') readonly low!: Decimal;
  @Column('numeric') readonly close!: Decimal;
  @Column('double precision') readonly volume!: number;
  @Column('text') readonly volumeKind!: BarClosed['data']['volumeKind'];
  @Column('integer') readonly revision!: number;
  @Column('boolean') readonly backfill!: boolean;
  /** Business time of the fact, by which bars are counted in windows. */
  @InstantColumn() readonly heardAt!: Instant;
  @WholeNumberColumn() readonly position!: number;
}

export const bar: Projection<BarRow, BarClosed> = {
  name: 'bar',
  version: 1,
  lane: 'ingestion',
  row: BarRow,
  hears: ['BarClosed'],
  keyOf: ({ data }) => [data.pair, data.openAt],

  evolve(row, { data, time, position }) {
    if (row && row.revision > data.revision) return row; // A revision that comes late is history.
    const { pair, openAt, closeAt, symbol, timeframe, provider, simulated } = data;
    const { open, high, low, close, volume, volumeKind, revision, backfill } = data;
    return {
      pair,
      openAt,
      closeAt,
      symbol,
      timeframe,
      provider,
      simulated,
      open,
      high,
      low,
      close,
      volume,
      volumeKind,
      revision,
      backfill,
      heardAt: time,
      position,
    };
  },
};
