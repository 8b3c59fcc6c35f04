import { assert, refuse, type Decider } from '@tocsin/domain-kit';
import type { AnalyseBar, Analysis, AnalysisEvent, AnalysisRefusal } from './analysis.ts';
import { assess } from './assessment.ts';
import { isFiltered } from './event-filter.ts';
import { toldBy } from './failure.ts';
import { marketFacts } from './market-facts.ts';
import { committedBy, stateOf, watchMarket, type Committed } from './market-watch.ts';
import { measure } from './measures/measures.ts';
import { ModelFailure } from './model/opinion.ts';
import { overtakenAfter } from './overtaking.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { RULES_1 } from './rules/rules-1.ts';
import { completed, emitted, failed, runOf, skipped, started, type Run } from './run-facts.ts';

type AnalysisDecider = Decider<AnalyseBar, AnalysisEvent, Analysis, AnalysisRefusal>;

/** Answers each bar once, by the rules of `book`: skipped, failed or completed, all in one step. */
export const analysisDeciderBy = (book: RuleBook): AnalysisDecider => ({
  initialState: () => ({ lastEnded: null }),

  decide({ data: request }, { lastEnded, ...committed }) {
    const { bar, now } = request;
    if (bar.backfill) return []; // History from before the feed began: stored, never analysed or counted.
    if (lastEnded?.barOpenAt === bar.openAt)
      return refuse('run-already-ended', `${lastEnded.runId} has had its one end.`);
    if (lastEnded !== null && bar.openAt < lastEnded.barOpenAt) {
      return refuse('newer-bar-already-answered', `${lastEnded.runId} is about a newer bar than ${bar.openAt}.`);
    }

    const run = runOf(request, book.version);
    if (!bar.freshness.schedulable) return [skipped(run, 'NOT_SCHEDULABLE')];
    const overtaken = overtakenAfter(bar);
    if (overtaken !== null && now > overtaken) return [skipped(run, 'OVERTAKEN')];

    return [started(run), ...ended(run, book, committed)];
  },

  evolve(analysis, { type, data }) {
    switch (type) {
      case 'RunStarted':
      case 'PhaseCommitted':
      case 'RegimeCommitted':
      case 'SignalEmitted':
        return analysis; // What is committed stands in the completed run, with all that it takes to go on from.
      case 'RunSkipped':
      case 'RunFailed':
        return { ...analysis, lastEnded: { runId: data.runId, barOpenAt: data.barOpenAt } };
      case 'RunCompleted':
        return { lastEnded: { runId: data.runId, barOpenAt: data.barOpenAt }, ...committedBy(data) };
    }
  },
});

/** The decider of this house, by the rules in force. */
export const analysisDecider: AnalysisDecider = analysisDeciderBy(RULES_1);

/**
 * The end of a started run. A rule or a model that throws is our bug, on this one bar. It becomes a fact that counts
 * against the pair and tells all that the error tells, where a message that nobody can apply would stop the pair.
 */
function ended(run: Run, book: RuleBook, before: Committed): readonly AnalysisEvent[] {
  const { window, bar, model, mlWeight, regimeModel, events } = run.request;
  if (window.length < book.needsBars) {
    return [
      failed(run, 'INSUFFICIENT_HISTORY', `${book.version} needs ${book.needsBars} bars; ${window.length} are stored.`),
    ];
  }
  try {
    assert(window.at(-1)?.openAt === bar.openAt, 'the window ends with the bar that is analysed');
    const measures = measure(window);
    const watch = watchMarket(before, window, measures, regimeModel);
    const view = {
      window,
      measures,
      market: stateOf(watch),
      turbulent: watch.regime?.turbulentProbability ?? null,
      isEventNear: isFiltered(events, bar.symbol, bar.closeAt),
    };
    const result = completed(run, assess(book, view, bar, model && { model, weight: mlWeight }), watch);
    const changes = marketFacts(run, before, watch);
    const { finalDecision } = result.data;
    if (finalDecision === 'NO_TRADE') return [...changes, result];
    return [...changes, result, emitted(run, result, finalDecision)];
  } catch (error) {
    return [failed(run, error instanceof ModelFailure ? 'ML_ERROR' : 'INTERNAL', toldBy(error))];
  }
}
