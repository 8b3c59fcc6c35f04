import type { PhaseCommitted, RegimeCommitted } from '@tocsin/contracts';
import type { Committed, MarketWatch } from './market-watch.ts';
import { stateOf } from './market-watch.ts';
import type { Regime } from './market-state.ts';
import { PHASE_VERSION } from './phase/phase-watch.ts';
import type { RegimeWatch } from './regime/regime-watch.ts';
import type { Run } from './run-facts.ts';

/** What changed in a market with the bar of a run: its phase, its regime, both or, for most bars, nothing. */
export function marketFacts(
  run: Run,
  before: Committed,
  watch: MarketWatch,
): readonly (PhaseCommitted | RegimeCommitted)[] {
  const facts: (PhaseCommitted | RegimeCommitted)[] = [];
  const now = stateOf(watch);
  const phase = before.phase?.committed ?? 'unknown';
  if (now.phase !== phase) {
    const { confidence, volumeTrend } = watch.phase.reading;
    const evidence = { confidence, volumeTrend, phaseVersion: PHASE_VERSION };
    facts.push({ type: 'PhaseCommitted', data: { ...about(run), from: phase, to: now.phase, ...evidence } });
  }
  const regime = before.regime?.committed ?? 'unknown';
  if (now.regime !== regime) {
    const evidence = {
      probability: probabilityOf(now.regime, watch.regime),
      modelVersion: watch.regime?.model.version ?? null,
      modelDigest: watch.regime?.model.digest ?? null,
    };
    facts.push({ type: 'RegimeCommitted', data: { ...about(run), from: regime, to: now.regime, ...evidence } });
  }
  return facts;
}

const about = ({ runId, request: { bar, now } }: Run) => ({
  pair: bar.pair,
  symbol: bar.symbol,
  timeframe: bar.timeframe,
  runId,
  barOpenAt: bar.openAt,
  barCloseAt: bar.closeAt,
  simulated: bar.simulated,
  at: now,
});

function probabilityOf(regime: Regime, watch: RegimeWatch | null): number | null {
  if (regime === 'unknown' || watch === null) return null;
  return regime === 'TURBULENT' ? watch.turbulentProbability : 1 - watch.turbulentProbability;
}
