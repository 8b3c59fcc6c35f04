import type { AgentSignalEmitted, TaskCompleted, TaskResult } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { shownAdjustments, type AdjustmentShown } from './adjustment-shown.ts';

type Signal = AgentSignalEmitted['data'];

/** What a task has come to, as it is answered. What the method has not judged yet is null. */
export type ResultShown = {
  readonly task_id: string;
  readonly task_type: Signal['taskType'];
  readonly symbol: string;
  readonly timeframe: Signal['timeframe'];
  readonly signal: TaskResult['signal'];
  readonly confidence: number | null;
  readonly confidence_raw: number;
  readonly adjustments: readonly AdjustmentShown[];
  readonly risk_score: number;
  readonly reasoning: string;
  readonly model: string;
  readonly fallback_used: boolean;
  readonly degraded_inference: boolean | null;
  readonly degradation_reason: Signal['degradationReason'];
  readonly raw_content_digest: string;
  readonly wyckoff_phase: TaskResult['wyckoffPhase'];
  readonly left_out: TaskResult['leftOut'];
  readonly is_valid: boolean | null;
  readonly phase: Signal['phase'] | null;
  readonly hidden_hand_warning: boolean | null;
  readonly phase_signal_conflict: boolean | null;
  readonly completed_by: string;
  readonly analyzed_at: Instant;
  readonly completed_at: Instant;
};

/** What an agent brought, before our method has judged it. */
export const broughtResult = ({
  taskId,
  taskType,
  input,
  result,
  agentId,
  at,
}: TaskCompleted['data']): ResultShown => ({
  ...toldBy(result),
  task_id: taskId,
  task_type: taskType,
  symbol: input.symbol,
  timeframe: input.timeframe,
  confidence: null,
  adjustments: [],
  degraded_inference: null,
  degradation_reason: null,
  is_valid: null,
  phase: null,
  hidden_hand_warning: null,
  phase_signal_conflict: null,
  completed_by: agentId,
  completed_at: at,
});

/** The same after it was judged. */
export const judgedResult = (signal: Signal): ResultShown => ({
  ...toldBy(signal),
  task_id: signal.taskId,
  task_type: signal.taskType,
  symbol: signal.symbol,
  timeframe: signal.timeframe,
  confidence: signal.confidence,
  adjustments: shownAdjustments(signal.adjustments),
  degraded_inference: signal.degradedInference,
  degradation_reason: signal.degradationReason,
  is_valid: signal.isValid,
  phase: signal.phase,
  hidden_hand_warning: signal.hiddenHandWarning,
  phase_signal_conflict: signal.phaseSignalConflict,
  completed_by: signal.completedBy,
  completed_at: signal.completedAt,
});

const toldBy = (result: TaskResult) => ({
  signal: result.signal,
  confidence_raw: result.confidenceRaw,
  risk_score: result.riskScore,
  reasoning: result.reasoning,
  model: result.model,
  fallback_used: result.fallbackUsed,
  raw_content_digest: result.rawContentDigest,
  wyckoff_phase: result.wyckoffPhase,
  left_out: result.leftOut,
  analyzed_at: result.analyzedAt,
});
