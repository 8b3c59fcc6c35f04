import type { RegimeEvidence, RunCompleted, RunFailed, RunSkipped, RunStarted, SignalEmitted } from '@tocsin/contracts';
import type { AnalyseBar } from './analysis.ts';
import type { Assessment } from './assessment.ts';
import { BLAME, type FailureCode } from './failure.ts';
import { stateOf, type MarketWatch } from './market-watch.ts';
import { isPhaseConflict } from './method/hidden-hand.ts';
import { validated } from './method/validation.ts';
import type { Opinion } from './model/opinion.ts';
import type { RegimeWatch } from './regime/regime-watch.ts';
import { runKey, signalKey } from './run-key.ts';
import { rawConfidence } from './score.ts';

/**
 * What was asked for, and the rules that answer. A run is one moment of the service's clock: the rules take a fraction
 * of a millisecond, and a decider has no clock to count it, so it starts and finishes at `request.now`.
 */
export interface Run {
  readonly request: AnalyseBar['data'];
  readonly runId: string;
  readonly rulesVersion: string;
  /** Null where there is no model for the market: then the run is by the rules alone. */
  readonly modelVersion: string | null;
}

export function runOf(request: AnalyseBar['data'], rulesVersion: string): Run {
  const modelVersion = request.model?.version ?? null;
  return { request, runId: runKey(request.bar, rulesVersion, modelVersion), rulesVersion, modelVersion };
}

// The facts are spelled out field by field: merging objects of thirty fields costs as much as the indicators.

export function skipped({ request, runId }: Run, reason: RunSkipped['data']['reason']): RunSkipped {
  const { bar, now } = request;
  return {
    type: 'RunSkipped',
    data: {
      runId,
      pair: bar.pair,
      symbol: bar.symbol,
      timeframe: bar.timeframe,
      barOpenAt: bar.openAt,
      barCloseAt: bar.closeAt,
      reason,
      freshness: bar.freshness,
      at: now,
    },
  };
}

export function started({ request, runId, rulesVersion, modelVersion }: Run): RunStarted {
  const { bar, barRecordedAt, now } = request;
  return {
    type: 'RunStarted',
    data: {
      runId,
      pair: bar.pair,
      symbol: bar.symbol,
      timeframe: bar.timeframe,
      barOpenAt: bar.openAt,
      barCloseAt: bar.closeAt,
      rulesVersion,
      modelVersion,
      barRecordedAt,
      startedAt: now,
    },
  };
}

export function failed(
  { request, runId, rulesVersion, modelVersion }: Run,
  errorCode: FailureCode,
  errorMessage: string,
): RunFailed {
  const { bar, barRecordedAt, now } = request;
  const { failureSource, weight } = BLAME[errorCode];
  return {
    type: 'RunFailed',
    data: {
      runId,
      pair: bar.pair,
      symbol: bar.symbol,
      timeframe: bar.timeframe,
      provider: bar.provider,
      simulated: bar.simulated,
      barOpenAt: bar.openAt,
      barCloseAt: bar.closeAt,
      errorCode,
      errorMessage,
      failureSource,
      weight,
      rulesVersion,
      modelVersion,
      barRecordedAt,
      startedAt: now,
      finishedAt: now,
    },
  };
}

/** The whole result of a run, with all that explains it. */
export function completed(
  { request, runId, rulesVersion, modelVersion }: Run,
  assessment: Assessment,
  watch: MarketWatch,
): RunCompleted {
  const { bar, barRecordedAt, mlWeight, now } = request;
  const { phase, regime } = stateOf(watch);
  const { reading } = watch.phase;
  const raw = rawConfidence(assessment.compositeScore);
  const trusted = validated(assessment.decision, raw, { phase, volumeTrend: reading.volumeTrend });
  const isConflict = isPhaseConflict(trusted.adjustments);
  return {
    type: 'RunCompleted',
    data: {
      runId,
      pair: bar.pair,
      symbol: bar.symbol,
      timeframe: bar.timeframe,
      barOpenAt: bar.openAt,
      barCloseAt: bar.closeAt,
      finalDecision: assessment.decision,
      bias: assessment.bias,
      ruleScore: assessment.ruleScore,
      ruleParts: assessment.parts,
      ml: opinionSaid(assessment.opinion),
      mlMissing: assessment.opinion === null,
      mlWeight,
      compositeScore: assessment.compositeScore,
      confidenceRaw: trusted.confidenceRaw,
      confidence: trusted.confidence,
      adjustments: trusted.adjustments,
      topFeatures: assessment.opinion?.slice ?? [],
      redFlags: assessment.redFlags,
      close: bar.close,
      stopLoss: assessment.exits?.stopLoss ?? null,
      takeProfit: assessment.exits?.takeProfit ?? null,
      phase,
      regime,
      phaseEvidence: {
        phase: reading.phase,
        inARow: watch.phase.commitment.inARow,
        confidence: reading.confidence,
        volumeTrend: reading.volumeTrend,
      },
      regimeEvidence: regimeEvidence(watch.regime),
      hiddenHandWarning: isConflict,
      phaseSignalConflict: isConflict,
      rulesVersion,
      modelVersion,
      freshness: bar.freshness,
      degraded: false, // Nothing stands in for a model that was meant to answer: there is none, and `mlMissing` says so.
      provider: bar.provider,
      simulated: bar.simulated,
      barRecordedAt,
      startedAt: now,
      finishedAt: now,
    },
  };
}

/** What a model said, with what its explanation is of: log-odds, which add up where probabilities do not. */
function opinionSaid(opinion: Opinion | null): RunCompleted['data']['ml'] {
  if (opinion === null) return null;
  return {
    confidence: opinion.score,
    modelVersion: opinion.modelVersion,
    modelDigest: opinion.modelDigest,
    explanationSpace: 'margin',
    base: opinion.base,
    margin: opinion.margin,
  };
}

const regimeEvidence = (watch: RegimeWatch | null): RegimeEvidence | null =>
  watch === null
    ? null
    : {
        turbulentProbability: watch.turbulentProbability,
        inARow: watch.commitment.inARow,
        modelVersion: watch.model.version,
        modelDigest: watch.model.digest,
      };

/** The signal that a completed run is. */
export function emitted(
  { request: { bar } }: Run,
  { data }: RunCompleted,
  signal: SignalEmitted['data']['signal'],
): SignalEmitted {
  const isConflict = isPhaseConflict(data.adjustments);
  return {
    type: 'SignalEmitted',
    data: {
      signalId: signalKey(bar),
      runId: data.runId,
      pair: data.pair,
      symbol: data.symbol,
      timeframe: data.timeframe,
      barOpenAt: data.barOpenAt,
      barCloseAt: data.barCloseAt,
      signal,
      confidence: data.confidence,
      confidenceRaw: data.confidenceRaw,
      compositeScore: data.compositeScore,
      adjustments: data.adjustments,
      stopLoss: data.stopLoss,
      takeProfit: data.takeProfit,
      phase: data.phase,
      regime: data.regime,
      hiddenHandWarning: isConflict,
      phaseSignalConflict: isConflict,
      rulesVersion: data.rulesVersion,
      modelVersion: data.modelVersion,
      provider: data.provider,
      simulated: data.simulated,
      analyzedAt: data.finishedAt,
    },
  };
}
