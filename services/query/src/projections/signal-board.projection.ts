import type { Adjustment, AgentSignalEmitted, Recorded, SignalEmitted } from '@tocsin/contracts';
import type { Decimal, Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Fields, Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { shownAdjustments, type AdjustmentShown } from './adjustment-shown.ts';
import { InstantColumn, WholeNumberColumn } from './columns.ts';
import { confidencePercent, riskLevelOf, type RiskLevel } from './display.ts';

/** One row per pair: its newest signal, whoever it comes from, and how many there have been. */
@Entity('signal_board')
export class SignalBoardRow {
  @PrimaryColumn('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  /** Whether the rules or an agent came to it; an agent's has a task, that of the rules a run. */
  @Column('text') readonly saidBy!: 'rules' | 'agent';
  @Column('text', { nullable: true }) readonly runId!: string | null;
  @Column('text', { nullable: true }) readonly taskId!: string | null;
  @Column('text', { nullable: true }) readonly agentId!: string | null;
  @InstantColumn({ nullable: true }) readonly barOpenAt!: Instant | null;
  @Column('text') readonly signal!: SignalEmitted['data']['signal'];
  @Column('double precision') readonly confidence!: number;
  @Column('double precision') readonly confidenceRaw!: number;
  @Column('text') readonly confidencePercent!: string;
  @Column('jsonb') readonly adjustments!: readonly AdjustmentShown[];
  @Column('double precision', { nullable: true }) readonly compositeScore!: number | null;
  @Column('double precision', { nullable: true }) readonly riskScore!: number | null;
  @Column('text', { nullable: true }) readonly riskLevel!: RiskLevel | null;
  /** Of a signal of the rules its run tells. */
  @Column('boolean', { nullable: true }) readonly degraded!: boolean | null;
  @Column('boolean') readonly hiddenHandWarning!: boolean;
  @Column('boolean', { nullable: true }) readonly phaseSignalConflict!: boolean | null;
  @Column('text', { nullable: true }) readonly phase!: AgentSignalEmitted['data']['phase'] | null;
  @Column('numeric', { nullable: true }) readonly stopLoss!: Decimal | null;
  @Column('numeric', { nullable: true }) readonly takeProfit!: Decimal | null;
  @Column('text', { nullable: true }) readonly rulesVersion!: string | null;
  /** The model that is released beside the rules, or the one that the agent asked. */
  @Column('text', { nullable: true }) readonly modelVersion!: string | null;
  @Column('text', { nullable: true }) readonly provider!: string | null;
  @Column('boolean', { nullable: true }) readonly simulated!: boolean | null;
  @InstantColumn() readonly analyzedAt!: Instant;
  @WholeNumberColumn() readonly position!: number;
  @Column('integer') readonly emitted!: number;
  /** How many of them came after a newer one, and were never shown. */
  @Column('integer') readonly stale!: number;
}

type SignalEvent = SignalEmitted | AgentSignalEmitted;

export const signalBoard: Projection<SignalBoardRow, SignalEvent> = {
  name: 'signal-board',
  version: 3,
  lane: 'analysis',
  row: SignalBoardRow,
  hears: ['SignalEmitted', 'AgentSignalEmitted'],
  keyOf: ({ data }) => data.pair,

  evolve(row, event) {
    const emitted = (row?.emitted ?? 0) + 1;
    const stale = row?.stale ?? 0;
    if (row && !isNewer({ analyzedAt: event.data.analyzedAt, position: event.position }, row))
      return { ...row, emitted, stale: stale + 1 };
    return { ...shownBy(event), emitted, stale };
  },
};

type Place = Pick<SignalBoardRow, 'analyzedAt' | 'position'>;

/** The later analysis wins, and of two at the same moment the one that stands later on the lane. */
export const isNewer = (one: Place, other: Place): boolean =>
  one.analyzedAt === other.analyzedAt ? one.position > other.position : one.analyzedAt > other.analyzedAt;

type Shown = Omit<Fields<SignalBoardRow>, 'emitted' | 'stale'>;

function shownBy(event: Recorded<SignalEvent>): Shown {
  switch (event.type) {
    case 'SignalEmitted':
      return ofRules(event.data, event.position);
    case 'AgentSignalEmitted':
      return ofAgent(event.data, event.position);
  }
}

const ofRules = (data: SignalEmitted['data'], position: number): Shown => ({
  ...commonOf(data),
  saidBy: 'rules',
  runId: data.runId,
  taskId: null,
  agentId: null,
  barOpenAt: data.barOpenAt,
  compositeScore: data.compositeScore,
  riskScore: null,
  riskLevel: null,
  degraded: null,
  hiddenHandWarning: data.hiddenHandWarning ?? data.adjustments.some(isHiddenHand),
  phaseSignalConflict: data.phaseSignalConflict ?? null,
  phase: data.phase ?? null,
  stopLoss: data.stopLoss,
  takeProfit: data.takeProfit,
  rulesVersion: data.rulesVersion,
  modelVersion: data.modelVersion,
  provider: data.provider,
  simulated: data.simulated,
  position,
});

const ofAgent = (data: AgentSignalEmitted['data'], position: number): Shown => ({
  ...commonOf(data),
  saidBy: 'agent',
  runId: null,
  taskId: data.taskId,
  agentId: data.completedBy,
  barOpenAt: data.barOpenAt,
  compositeScore: null,
  riskScore: data.riskScore,
  riskLevel: riskLevelOf(data.riskScore),
  degraded: data.degradedInference,
  hiddenHandWarning: data.hiddenHandWarning,
  phaseSignalConflict: data.phaseSignalConflict,
  phase: data.phase,
  stopLoss: null,
  takeProfit: null,
  rulesVersion: null,
  modelVersion: data.model,
  provider: null,
  simulated: null,
  position,
});

/** Signals of before the method spoke for itself only show what they were multiplied with. */
const isHiddenHand = ({ code, factor }: Adjustment): boolean => code === 'hidden_hand' && factor < 1;

const commonOf = (data: SignalEvent['data']) => ({
  pair: data.pair,
  symbol: data.symbol,
  timeframe: data.timeframe,
  signal: data.signal,
  confidence: data.confidence,
  confidenceRaw: data.confidenceRaw,
  confidencePercent: confidencePercent(data.confidence),
  adjustments: shownAdjustments(data.adjustments),
  analyzedAt: data.analyzedAt,
});
