import type { EntityType } from '@tocsin/event-log';
import type { AnalyseBar, Analysis, AnalysisEvent, AnalysisRefusal } from './domain/analysis.ts';
import { analysisDecider } from './domain/analysis.decider.ts';

/** The analyses of one pair; the pair is the key. */
export const analysis: EntityType<AnalyseBar, AnalysisEvent, Analysis, AnalysisRefusal> = {
  type: 'analysis',
  decider: analysisDecider,
};
