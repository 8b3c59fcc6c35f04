import type { BarClosed } from '@tocsin/contracts';
import { isRefusal } from '@tocsin/domain-kit';
import type { AnalysisEvent } from './domain/analysis.ts';
import { analysisDecider } from './domain/analysis.decider.ts';
import type { BarWindow } from './domain/bar-window.ts';
import { biasOf, countedSide } from './domain/bias.ts';
import type { Measures } from './domain/measures/measures.ts';
import type { LinearModel } from './domain/model/linear-model.ts';
import { readingFrom } from './domain/reading.ts';
import type { RegimeModel } from './domain/regime/regime-model.ts';
import { scored } from './domain/rules/rule-book.ts';
import { RULES_1 } from './domain/rules/rules-1.ts';
import { ruleScore } from './domain/score.ts';

// The parts of an analysis for whoever measures what they cost, outside any service.
export { withBar, WINDOW_BARS, type BarWindow, type PriceBar } from './domain/bar-window.ts';
export { measure, type Measures } from './domain/measures/measures.ts';
export { readArtefact } from './inbound/models/artefacts.ts';
export { trainModel } from './training/scoring/train-model.ts';
export { trainRegime } from './training/regime/train-regime.ts';

/** Judges bars of one pair, one after the other, as the service does: with phase, regime and model, into facts. */
export function analyser(model: LinearModel, regimeModel: RegimeModel) {
  let state = analysisDecider.initialState();
  return (bar: BarClosed['data'], window: BarWindow): readonly AnalysisEvent[] => {
    const at = bar.receivedAt;
    const request = { bar, barRecordedAt: at, window, model, regimeModel, mlWeight: 0.3, events: [], now: at };
    const outcome = analysisDecider.decide({ type: 'AnalyseBar', data: request }, state);
    if (isRefusal(outcome)) throw new Error(outcome.because);
    state = outcome.reduce(analysisDecider.evolve, state);
    return outcome;
  };
}

/** The score that the rules give a window that was measured, 0 to 100, where neither phase nor regime is known. */
export function ruleScoreOf(window: BarWindow, measures: Measures): number {
  const side = countedSide(biasOf(measures, measures.noise), measures, measures.noise);
  const reading = readingFrom(side, window, measures, { regime: 'unknown', phase: 'unknown' });
  return ruleScore(RULES_1.parts, scored(RULES_1, reading));
}
