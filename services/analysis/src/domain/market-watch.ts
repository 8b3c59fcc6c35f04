import type { RunCompletedData } from '@tocsin/contracts';
import type { BarWindow } from './bar-window.ts';
import type { Commitment } from './commitment.ts';
import type { MarketState, Phase } from './market-state.ts';
import type { Measures } from './measures/measures.ts';
import { watchPhase, type PhaseWatch } from './phase/phase-watch.ts';
import { surely } from './regime/regime-evidence.ts';
import type { RegimeModel } from './regime/regime-model.ts';
import { watchRegime, type RegimeCommitment, type RegimeWatch } from './regime/regime-watch.ts';

/** What is committed of a market, absent where nothing was watched yet. */
export interface Committed {
  readonly phase?: Commitment<Phase>;
  readonly regime?: RegimeCommitment;
}

/** A market as its newest bar leaves it. */
export interface MarketWatch {
  readonly phase: PhaseWatch;
  /** Null where no model is for this market. */
  readonly regime: RegimeWatch | null;
}

/** Watches a market for one more bar, the newest of the window that was measured. */
export const watchMarket = (
  before: Committed,
  window: BarWindow,
  { atr14, atr14AtRange }: Measures,
  model: RegimeModel | null,
): MarketWatch => ({
  phase: watchPhase(before.phase, window, { atStart: atr14AtRange, atEnd: atr14 }),
  regime: watchRegime(before.regime, window, model),
});

/** What the rules may know of a watched market. */
export const stateOf = ({ phase, regime }: MarketWatch): MarketState => ({
  phase: phase.commitment.committed,
  regime: regime?.commitment.committed ?? 'unknown',
});

/** What a completed run leaves committed, from what it says alone. Runs of before markets were watched leave nothing. */
export function committedBy({ phase, phaseEvidence, regime, regimeEvidence }: RunCompletedData): Committed {
  const committed: Committed =
    phaseEvidence === undefined
      ? {}
      : { phase: { committed: phase, said: phaseEvidence.phase, inARow: phaseEvidence.inARow } };
  if (regimeEvidence === undefined || regimeEvidence === null) return committed;
  const { turbulentProbability, inARow, modelDigest } = regimeEvidence;
  return { ...committed, regime: { committed: regime, said: surely(turbulentProbability), inARow, modelDigest } };
}
