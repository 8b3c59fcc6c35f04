import type { RunCompleted, RunFailed, RunSkipped, SignalEmitted } from '@tocsin/contracts';
import type { Decimal, Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AdjustmentShown } from './adjustment-shown.ts';
import { InstantColumn, WholeNumberColumn } from './columns.ts';
import type { ExplanationShown, PhaseEvidenceShown, RegimeEvidenceShown } from './evidence-shown.ts';

type Completed = RunCompleted['data'];
type Failed = RunFailed['data'];

/** The freshness of the feed when the run's bar came, as it is answered. */
export type FreshnessShown = {
  readonly colour: Completed['freshness']['colour'];
  readonly ratio: number | null;
  readonly schedulable: boolean;
  readonly evaluated_at: Instant;
  readonly market_state: Completed['freshness']['marketState'];
};

/** One fact of a run's story, as it is answered. */
export type LogEntry = {
  readonly event: string;
  readonly event_id: string;
  readonly position: number;
  readonly at: Instant;
  readonly recorded_at: Instant;
};

/** One run of the analysis of one bar. What a run has not said is null. Documents are kept as they are answered. */
@Entity('analysis')
export class AnalysisRow {
  @PrimaryColumn('text') readonly runId!: string;
  @Column('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  @InstantColumn() readonly barOpenAt!: Instant;
  @InstantColumn() readonly barCloseAt!: Instant;
  @Column('text') readonly status!: 'PENDING' | 'COMPLETE' | 'FAILED' | 'SKIPPED';
  @Column('text', { nullable: true }) readonly finalDecision!: Completed['finalDecision'] | null;
  @Column('text', { nullable: true }) readonly bias!: Completed['bias'] | null;
  @Column('text', { nullable: true }) readonly signal!: SignalEmitted['data']['signal'] | null;
  @Column('double precision', { nullable: true }) readonly ruleScore!: number | null;
  @Column('jsonb', { nullable: true }) readonly ruleParts!: Completed['ruleParts'] | null;
  @Column('double precision', { nullable: true }) readonly mlConfidence!: number | null;
  @Column('boolean', { nullable: true }) readonly mlMissing!: boolean | null;
  @Column('double precision', { nullable: true }) readonly mlWeight!: number | null;
  @Column('double precision', { nullable: true }) readonly compositeScore!: number | null;
  @Column('double precision', { nullable: true }) readonly confidenceRaw!: number | null;
  @Column('double precision', { nullable: true }) readonly confidence!: number | null;
  @Column('jsonb') readonly adjustments!: readonly AdjustmentShown[];
  @Column('jsonb') readonly topFeatures!: Completed['topFeatures'];
  @Column('jsonb') readonly redFlags!: Completed['redFlags'];
  @Column('numeric', { nullable: true }) readonly close!: Decimal | null;
  @Column('numeric', { nullable: true }) readonly stopLoss!: Decimal | null;
  @Column('numeric', { nullable: true }) readonly takeProfit!: Decimal | null;
  @Column('text', { nullable: true }) readonly phase!: Completed['phase'] | null;
  @Column('text', { nullable: true }) readonly regime!: Completed['regime'] | null;
  @Column('jsonb', { nullable: true }) readonly explanation!: ExplanationShown | null;
  @Column('jsonb', { nullable: true }) readonly phaseEvidence!: PhaseEvidenceShown | null;
  @Column('jsonb', { nullable: true }) readonly regimeEvidence!: RegimeEvidenceShown | null;
  /** Whether the method speaks against the decision, and whether the phase does; null where neither was asked. */
  @Column('boolean', { nullable: true }) readonly hiddenHandWarning!: boolean | null;
  @Column('boolean', { nullable: true }) readonly phaseSignalConflict!: boolean | null;
  @Column('text', { nullable: true }) readonly errorCode!: Failed['errorCode'] | null;
  @Column('text', { nullable: true }) readonly errorMessage!: string | null;
  @Column('text', { nullable: true }) readonly failureSource!: Failed['failureSource'] | null;
  @Column('text', { nullable: true }) readonly skipReason!: RunSkipped['data']['reason'] | null;
  @Column('jsonb', { nullable: true }) readonly freshness!: FreshnessShown | null;
  @Column('boolean', { nullable: true }) readonly degraded!: boolean | null;
  @Column('text', { nullable: true }) readonly provider!: string | null;
  @Column('boolean', { nullable: true }) readonly simulated!: boolean | null;
  @Column('text', { nullable: true }) readonly rulesVersion!: string | null;
  @Column('text', { nullable: true }) readonly modelVersion!: string | null;
  @InstantColumn({ nullable: true }) readonly barRecordedAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly startedAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly finishedAt!: Instant | null;
  /** Business time of the fact that ended the run, by which runs are counted in windows. */
  @InstantColumn({ nullable: true }) readonly endedAt!: Instant | null;
  /** Wall milliseconds from the writing down of the bar to that of the completed run. */
  @WholeNumberColumn({ nullable: true }) readonly latencyMs!: number | null;
  /** Where on the lane the run was last spoken of. */
  @WholeNumberColumn() readonly position!: number;
  @Column('jsonb') readonly log!: readonly LogEntry[];
}
