import type { Recorded, SignalEmitted } from '@tocsin/contracts';
import type { Decimal, Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per pair: its newest signal, and how many there have been. */
@Entity('signal_board')
export class SignalBoardRow {
  @PrimaryColumn('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  @Column('text') readonly signalId!: string;
  @Column('text') readonly runId!: string;
  @InstantColumn() readonly barOpenAt!: Instant;
  @Column('text') readonly signal!: SignalEmitted['data']['signal'];
  @Column('double precision') readonly confidence!: number;
  @Column('double precision') readonly confidenceRaw!: number;
  @Column('double precision') readonly compositeScore!: number;
  @Column('numeric', { nullable: true }) readonly stopLoss!: Decimal | null;
  @Column('numeric', { nullable: true }) readonly takeProfit!: Decimal | null;
  @Column('text') readonly provider!: string;
  @Column('boolean') readonly simulated!: boolean;
  @InstantColumn() readonly analyzedAt!: Instant;
  @WholeNumberColumn() readonly position!: number;
  @Column('integer') readonly emitted!: number;
}

/** The later analysis wins, and of two at the same moment the one that stands later on the lane. */
export const signalBoard: Projection<SignalBoardRow, SignalEmitted> = {
  name: 'signal-board',
  version: 1,
  lane: 'analysis',
  row: SignalBoardRow,
  hears: ['SignalEmitted'],
  keyOf: ({ data }) => data.pair,

  evolve(row, event) {
    const emitted = (row?.emitted ?? 0) + 1;
    return row && row.analyzedAt > event.data.analyzedAt ? { ...row, emitted } : shownOf(event, emitted);
  },
};

function shownOf({ data, position }: Recorded<SignalEmitted>, emitted: number) {
  const { pair, symbol, timeframe, signalId, runId, barOpenAt, signal, confidence, confidenceRaw } = data;
  const { compositeScore, stopLoss, takeProfit, provider, simulated, analyzedAt } = data;
  return {
    pair,
    symbol,
    timeframe,
    signalId,
    runId,
    barOpenAt,
    signal,
    confidence,
    confidenceRaw,
    compositeScore,
    stopLoss,
    takeProfit,
    provider,
    simulated,
    analyzedAt,
    position,
    emitted,
  };
}
