import type { AnalysisEvent } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import type { AnalyseBar, Analysis, AnalysisRefusal } from './domain/analysis.ts';
import { analysisDecider } from './domain/analysis.decider.ts';

/** The analyses of one pair; the pair is the key. */
export const analysis: EntityType<AnalyseBar, AnalysisEvent, Analysis, AnalysisRefusal> = {
  type: 'analysis',
  decider: analysisDecider,
};
