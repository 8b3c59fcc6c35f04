import type { SignalEmitted, SignalScored } from '@tocsin/contracts';
import type { Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from './columns.ts';

type Scored = SignalScored['data'];

/** One row per signal of the rules: by what it was come to, and, once its time is over, how good it was. */
@Entity('signal_score')
export class SignalScoreRow {
  @PrimaryColumn('text') readonly signalId!: string;
  @Column('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  @Column('text') readonly signal!: Scored['signal'];
  /** Null only for a signal that was never heard to be emitted. */
  @Column('text', { nullable: true }) readonly rulesVersion!: string | null;
  @Column('text', { nullable: true }) readonly modelVersion!: string | null;
  @Column('text') readonly phase!: NonNullable<SignalEmitted['data']['phase']>;
  @Column('boolean') readonly simulated!: boolean;
  /** Null until its time is over, as is all that follows. */
  @Column('text', { nullable: true }) readonly outcome!: Scored['outcome'] | null;
  @Column('boolean', { nullable: true }) readonly isHit!: boolean | null;
  @Column('double precision', { nullable: true }) readonly returnBps!: number | null;
  /** Null as well for HOLD, and where stop and close are one. */
  @Column('double precision', { nullable: true }) readonly returnR!: number | null;
  @Column('double precision', { nullable: true }) readonly brierScore!: number | null;
  @Column('text', { nullable: true }) readonly scoringVersion!: string | null;
  @InstantColumn({ nullable: true }) readonly scoredAt!: Instant | null;
}

type SignalEvent = SignalEmitted | SignalScored;

export const signalScore: Projection<SignalScoreRow, SignalEvent> = {
  name: 'signal-score',
  version: 1,
  lane: 'analysis',
  row: SignalScoreRow,
  hears: ['SignalEmitted', 'SignalScored'],
  keyOf: ({ data }) => data.signalId,

  evolve(row, { type, data }) {
    const { signalId, pair, symbol, timeframe, signal, simulated } = data;
    const before = row ?? { ...UNSAID, signalId, pair, symbol, timeframe, signal, simulated };
    switch (type) {
      case 'SignalEmitted': {
        const { rulesVersion, modelVersion, phase = 'unknown' } = data;
        return { ...before, signal, simulated, rulesVersion, modelVersion, phase };
      }
      case 'SignalScored': {
        const { outcome, isHit, returnBps, returnR, brierScore, scoringVersion, at } = data;
        return { ...before, outcome, isHit, returnBps, returnR, brierScore, scoringVersion, scoredAt: at };
      }
    }
  },
};

const UNSAID = {
  rulesVersion: null,
  modelVersion: null,
  phase: 'unknown',
  outcome: null,
  isHit: null,
  returnBps: null,
  returnR: null,
  brierScore: null,
  scoringVersion: null,
  scoredAt: null,
} as const;
