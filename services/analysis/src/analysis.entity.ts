import type { AgentSignalEmitted, SignalScored } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import type { AnalyseBar, AnalysisEvent, AnalysisRefusal } from './domain/analysis.ts';
import { analysisDecider } from './domain/analysis.decider.ts';
import { validatingAgents, type ValidateResult, type ValidatingAnalysis } from './domain/method/agent-signals.ts';
import { keepingScore } from './domain/outcome/score-keeping.ts';

/** The analyses of one pair, the score of their signals and the trust in agents'; the pair is the key. */
export const analysis: EntityType<
  AnalyseBar | ValidateResult,
  AnalysisEvent | SignalScored | AgentSignalEmitted,
  ValidatingAnalysis,
  AnalysisRefusal
> = {
  type: 'analysis',
  decider: validatingAgents(keepingScore(analysisDecider)),
};
