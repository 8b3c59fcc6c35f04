import type { BarClosed, BarRevised } from '@tocsin/contracts';
import type { Decimal, Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per closed bar: the newest edition of it. */
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
  /** Business time of the first telling, by which bars are counted in windows. */
  @InstantColumn() readonly heardAt!: Instant;
  @WholeNumberColumn() readonly position!: number;
}

export const bar: Projection<BarRow, BarClosed | BarRevised> = {
  name: 'bar',
  version: 2,
  lane: 'ingestion',
  row: BarRow,
  hears: ['BarClosed', 'BarRevised'],
  keyOf: ({ data }) => [data.pair, data.openAt],

  evolve(row, { type, data, time, position }) {
    if (row && row.revision > data.revision) return row; // An edition that comes late is history.
    const { pair, openAt, closeAt, symbol, timeframe, provider, simulated } = data;
    const { open, high, low, close, volume, volumeKind, revision } = data;
    return {
      ...{ pair, openAt, closeAt, symbol, timeframe, provider, simulated },
      ...{ open, high, low, close, volume, volumeKind, revision },
      backfill: type === 'BarClosed' ? data.backfill : (row?.backfill ?? false),
      heardAt: type === 'BarClosed' ? time : (row?.heardAt ?? time),
      position,
    };
  },
};
