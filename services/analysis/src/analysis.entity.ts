import type { SignalScored } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import type { AnalyseBar, AnalysisEvent, AnalysisRefusal } from './domain/analysis.ts';
import { analysisDecider } from './domain/analysis.decider.ts';
import { keepingScore, type ScoredAnalysis } from './domain/outcome/score-keeping.ts';

/** The analyses of one pair and the score of their signals; the pair is the key. */
export const analysis: EntityType<AnalyseBar, AnalysisEvent | SignalScored, ScoredAnalysis, AnalysisRefusal> = {
  type: 'analysis',
  decider: keepingScore(analysisDecider),
};
