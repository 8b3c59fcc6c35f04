import type {
  BarClosed,
  PhaseCommitted,
  RegimeCommitted,
  RunCompleted,
  RunFailed,
  RunSkipped,
  RunStarted,
  SignalEmitted,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { BarWindow } from './bar-window.ts';
import type { FilteredEvents } from './event-filter.ts';
import type { Committed } from './market-watch.ts';
import type { LinearModel } from './model/linear-model.ts';
import type { RegimeModel } from './regime/regime-model.ts';

/**
 * The analyses of one pair: the newest run that ended, however it did, and what the completed ones committed about its
 * market. Runs end in the order of their bars.
 */
export interface Analysis extends Committed {
  readonly lastEnded: { readonly runId: string; readonly barOpenAt: Instant } | null;
}

/** Asks for the one analysis of a bar. Everything that it needs comes with it: bars, clock and settings. */
export interface AnalyseBar {
  readonly type: 'AnalyseBar';
  readonly data: {
    readonly bar: BarClosed['data'];
    /** When the fact of the bar was written down, on the wall clock. */
    readonly barRecordedAt: Instant;
    /** The stored bars up to and including `bar`. */
    readonly window: BarWindow;
    /** The model that is for this market; null where there is none. */
    readonly model: LinearModel | null;
    /** The model that tells the regime of this market; null where there is none. */
    readonly regimeModel: RegimeModel | null;
    /** The model's configured share of the composite, 0 to 1; said even where there is no model. */
    readonly mlWeight: number;
    /** Moments around which nothing is traded. */
    readonly events: FilteredEvents;
    /** The service's clock. */
    readonly now: Instant;
  };
}

/** What is said about a pair's runs and its market. */
export type AnalysisEvent =
  RunStarted | RunSkipped | RunFailed | PhaseCommitted | RegimeCommitted | RunCompleted | SignalEmitted;

/** A run ends once, and none is begun for a bar older than one that was already answered. */
export type AnalysisRefusal = 'run-already-ended' | 'newer-bar-already-answered';
