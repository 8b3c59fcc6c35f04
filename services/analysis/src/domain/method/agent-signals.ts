import type { AgentSignalEmitted, SignalScored, TaskCompletedData, VolumeTrend } from '@tocsin/contracts';
import type { Decider } from '@tocsin/domain-kit';
import type { AnalyseBar, AnalysisEvent, AnalysisRefusal } from '../analysis.ts';
import type { ScoredAnalysis } from '../outcome/score-keeping.ts';
import { adjusted, withAdjustment } from './adjustments.ts';
import { fallbackAdjustment } from './fallback.ts';
import { hiddenHand, hiddenHandAdjustment, isPhaseConflict, type MarketEvidence } from './hidden-hand.ts';

/** Asks what a task's result is worth in the pair's own market. That the result counts was the pool's to decide. */
export interface ValidateResult {
  readonly type: 'ValidateResult';
  readonly data: TaskCompletedData;
}

/** The analyses of one pair, and what the method has to know of its market between two runs. */
export interface ValidatingAnalysis extends ScoredAnalysis {
  /** Absent before the first completed run, and in a state from before agents. */
  readonly volumeTrend?: VolumeTrend;
}

type Analysing = Decider<AnalyseBar, AnalysisEvent | SignalScored, ScoredAnalysis, AnalysisRefusal>;

type Validating = Decider<
  AnalyseBar | ValidateResult,
  AnalysisEvent | SignalScored | AgentSignalEmitted,
  ValidatingAnalysis,
  AnalysisRefusal
>;

/**
 * Lets a pair's analyses validate what agents come to, by the same method as what the rules come to. The pair does it
 * because it alone knows its phase; the confidence is made from the raw one in the step that says it.
 */
export const validatingAgents = (analyses: Analysing): Validating => ({
  initialState: analyses.initialState,

  decide(command, state) {
    switch (command.type) {
      case 'AnalyseBar':
        return analyses.decide(command, state);
      case 'ValidateResult':
        return [agentSignal(command.data, evidenceIn(state))];
    }
  },

  evolve(state, event) {
    if (event.type === 'AgentSignalEmitted') return state;
    const analysis = analyses.evolve(state, event);
    const volumeTrend = event.type === 'RunCompleted' ? event.data.phaseEvidence?.volumeTrend : state.volumeTrend;
    return volumeTrend === undefined ? analysis : { ...analysis, volumeTrend };
  },
});

const evidenceIn = ({ phase, volumeTrend = 'unknown' }: ValidatingAnalysis): MarketEvidence => ({
  phase: phase?.committed ?? 'unknown',
  volumeTrend,
});

function agentSignal({ result, ...task }: TaskCompletedData, market: MarketEvidence): AgentSignalEmitted {
  const { signal, confidenceRaw, fallbackUsed } = result;
  const verdict = hiddenHand({ signal, confidence: confidenceRaw }, market);
  const trusted = adjusted(
    confidenceRaw,
    withAdjustment(withAdjustment([], hiddenHandAdjustment(verdict)), fallbackAdjustment({ fallbackUsed })),
  );
  const isConflict = isPhaseConflict(trusted.adjustments);
  return {
    type: 'AgentSignalEmitted',
    data: {
      taskId: task.taskId,
      taskType: task.taskType,
      pair: task.pair,
      symbol: task.input.symbol,
      timeframe: task.input.timeframe,
      barOpenAt: task.input.barOpenAt,
      signal,
      ...trusted,
      isValid: verdict.isValid,
      hiddenHandWarning: isConflict,
      phaseSignalConflict: isConflict,
      phase: market.phase,
      riskScore: result.riskScore,
      reasoning: result.reasoning,
      model: result.model,
      fallbackUsed,
      degradedInference: fallbackUsed,
      degradationReason: fallbackUsed ? 'fallback_model_used' : null,
      rawContentDigest: result.rawContentDigest,
      wyckoffPhase: result.wyckoffPhase,
      leftOut: result.leftOut,
      completedBy: task.agentId,
      analyzedAt: result.analyzedAt,
      completedAt: task.at,
    },
  };
}
