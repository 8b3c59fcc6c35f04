import type { BarWindow } from '../../domain/bar-window.ts';
import { commitmentAfter } from '../../domain/commitment.ts';
import type { MarketState, Phase, Regime } from '../../domain/market-state.ts';
import { phaseReader } from '../../domain/phase/phase-reading.ts';
import { surely } from '../../domain/regime/regime-evidence.ts';
import type { RegimeModel } from '../../domain/regime/regime-model.ts';
import { turbulence } from '../../domain/regime/turbulence.ts';

/** What is known of a market at the newest bar of a window, besides its bars. */
export interface Sight {
  readonly market: MarketState;
  /** How probable the turbulent state is; null where no regime model tells. */
  readonly turbulent: number | null;
}

/** Sees a window as the live service does: phase and regime from its own bars, and from no others. */
export const sightBy =
  (model: RegimeModel | null) =>
  (window: BarWindow): Sight => {
    const phaseAt = phaseReader(window);
    const phase = commitmentAfter<Phase>(window.length, (at) => phaseAt(at).phase, 'unknown').committed;
    if (model === null) return { market: { phase, regime: 'unknown' }, turbulent: null };

    const turbulent = turbulence(
      model,
      window.map(({ close }) => close),
    );
    const regime = commitmentAfter<Regime>(turbulent.length, (at) => surely(turbulent[at] ?? 0.5), 'unknown').committed;
    return { market: { phase, regime }, turbulent: turbulent.at(-1) ?? null };
  };
