import type { BarWindow } from '../../domain/bar-window.ts';
import { stateOf, watchMarket, type Committed } from '../../domain/market-watch.ts';
import type { MarketState } from '../../domain/market-state.ts';
import type { Measures } from '../../domain/measures/measures.ts';
import type { RegimeModel } from '../../domain/regime/regime-model.ts';

/** What is known of a market at the newest bar of a window, besides its bars. */
export interface Sight {
  readonly market: MarketState;
  /** How probable the turbulent state is; null where no regime model tells. */
  readonly turbulent: number | null;
}

/** Watches a market as the live service does, bar after bar; each window is one bar later than the one before. */
export function watcher(model: RegimeModel | null): (window: BarWindow, measures: Measures) => Sight {
  let committed: Committed = {};
  return (window, measures) => {
    const watch = watchMarket(committed, window, measures, model);
    const { phase, regime } = watch;
    committed = { phase: phase.commitment, ...(regime && { regime: regime.commitment }) };
    return { market: stateOf(watch), turbulent: regime?.turbulentProbability ?? null };
  };
}
