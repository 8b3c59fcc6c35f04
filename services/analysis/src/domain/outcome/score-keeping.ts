import type { SignalScored } from '@tocsin/contracts';
import { isRefusal, type Decider, type Instant } from '@tocsin/domain-kit';
import type { AnalyseBar, Analysis, AnalysisEvent, AnalysisRefusal } from '../analysis.ts';
import { signalKey } from '../run-key.ts';
import { withoutSignal, withSignal, type OpenSignal, type OpenSignals } from './open-signals.ts';
import { HORIZON_BARS, outcomeOf, type Outcome } from './outcome.ts';

/** The analyses of one pair, and the signals among them that the market has not answered yet. */
export interface ScoredAnalysis extends Analysis {
  /** Absent in a state from before signals were scored. */
  readonly openSignals?: OpenSignals;
}

/** Which rules of scoring are in force: the horizon, the levels, the band. */
const SCORING_VERSION = 'outcome-1';

type Keeping = Decider<AnalyseBar, AnalysisEvent | SignalScored, ScoredAnalysis, AnalysisRefusal>;

/**
 * Lets a pair's analyses keep the score of their own signals: a bar that is taken on first ends the time of a signal, and
 * is analysed then. The same entity does both, because only it knows its signals in the same step as the bars.
 */
export const keepingScore = (analyses: Decider<AnalyseBar, AnalysisEvent, Analysis, AnalysisRefusal>): Keeping => ({
  initialState: () => ({ ...analyses.initialState(), openSignals: [] }),

  decide(command, state) {
    const said = analyses.decide(command, state);
    if (isRefusal(said)) return said;
    return [...scored(state.openSignals ?? [], command.data), ...said];
  },

  evolve(state, event) {
    const { openSignals = [] } = state;
    if (event.type === 'SignalScored') {
      return { ...state, openSignals: withoutSignal(openSignals, event.data.barOpenAt) };
    }
    const analysis = analyses.evolve(state, event);
    return { ...analysis, openSignals: event.type === 'SignalEmitted' ? withSignal(openSignals, event) : openSignals };
  },
});

/** Every signal whose time is over with this bar. History that is filled in later is no bar that a signal waits for. */
function scored(open: OpenSignals, { bar, window, now }: AnalyseBar['data']): readonly SignalScored[] {
  if (bar.backfill) return [];
  return open.flatMap((signal): readonly SignalScored[] => {
    const outcome = outcomeOf(signal, window);
    return outcome === null ? [] : [scoredBy(signal, outcome, bar, now)];
  });
}

function scoredBy(
  { signal, barOpenAt, confidence }: OpenSignal,
  outcome: Outcome,
  { pair, symbol, timeframe, provider, simulated }: AnalyseBar['data']['bar'],
  now: Instant,
): SignalScored {
  return {
    type: 'SignalScored',
    data: {
      signalId: signalKey({ symbol, timeframe, openAt: barOpenAt }),
      pair,
      symbol,
      timeframe,
      barOpenAt,
      signal,
      confidence,
      horizonBars: HORIZON_BARS,
      ...outcome,
      scoringVersion: SCORING_VERSION,
      provider,
      simulated,
      at: now,
    },
  };
}
