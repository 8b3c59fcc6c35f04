import type { RunCompleted, RunFailed, RunSkipped, RunStarted, SignalEmitted } from '@tocsin/contracts';
import type { AnalyseBar } from './analysis.ts';
import type { Assessment } from './assessment.ts';
import { BLAME, type FailureCode } from './failure.ts';
import { runKey, signalKey } from './run-key.ts';
import { confidence, rawConfidence } from './score.ts';

/** What was asked for, and the rules that answer. */
export interface Run {
  readonly request: AnalyseBar['data'];
  readonly rulesVersion: string;
}

/** No model is released yet, so every run is by the rules alone. */
const MODEL_VERSION = null;

export const skipped = (run: Run, reason: RunSkipped['data']['reason']): RunSkipped => ({
  type: 'RunSkipped',
  data: { ...about(run), reason, freshness: run.request.bar.freshness, at: run.request.now },
});

export const started = (run: Run): RunStarted => ({
  type: 'RunStarted',
  data: { ...about(run), ...versions(run), barRecordedAt: run.request.barRecordedAt, startedAt: run.request.now },
});

export const failed = (run: Run, errorCode: FailureCode, errorMessage: string): RunFailed => ({
  type: 'RunFailed',
  data: {
    ...about(run),
    ...origin(run),
    ...versions(run),
    errorCode,
    errorMessage,
    ...BLAME[errorCode],
    ...times(run),
  },
});

/** The whole result of a run, with all that explains it. */
export function completed(run: Run, assessment: Assessment): RunCompleted {
  const { bar, market, mlWeight } = run.request;
  const confidenceRaw = rawConfidence(assessment.compositeScore);
  return {
    type: 'RunCompleted',
    data: {
      ...about(run),
      ...origin(run),
      ...versions(run),
      finalDecision: assessment.decision,
      bias: assessment.bias,
      ruleScore: assessment.ruleScore,
      ruleParts: assessment.parts,
      ml: null,
      mlMissing: true,
      mlWeight,
      compositeScore: assessment.compositeScore,
      confidenceRaw,
      confidence: confidence(confidenceRaw, []),
      adjustments: [],
      topFeatures: [],
      redFlags: assessment.redFlags,
      close: bar.close,
      stopLoss: assessment.exits?.stopLoss ?? null,
      takeProfit: assessment.exits?.takeProfit ?? null,
      phase: market.phase,
      regime: market.regime,
      freshness: bar.freshness,
      degraded: false, // Nothing stood in for a model that was meant to answer: there is none, and `mlMissing` says so.
      ...times(run),
    },
  };
}

/** The signal that a completed run is. */
export function emitted(run: Run, { data }: RunCompleted, signal: SignalEmitted['data']['signal']): SignalEmitted {
  const { runId, confidence, confidenceRaw, compositeScore, adjustments, stopLoss, takeProfit, finishedAt } = data;
  return {
    type: 'SignalEmitted',
    data: {
      ...about(run),
      ...origin(run),
      ...versions(run),
      signalId: signalKey(run.request.bar),
      runId,
      signal,
      confidence,
      confidenceRaw,
      compositeScore,
      adjustments,
      stopLoss,
      takeProfit,
      analyzedAt: finishedAt,
    },
  };
}

function about({ request: { bar }, rulesVersion }: Run) {
  const { pair, symbol, timeframe, openAt, closeAt } = bar;
  return {
    runId: runKey(bar, rulesVersion, MODEL_VERSION),
    pair,
    symbol,
    timeframe,
    barOpenAt: openAt,
    barCloseAt: closeAt,
  };
}

const origin = ({ request: { bar } }: Run) => ({ provider: bar.provider, simulated: bar.simulated });

const versions = ({ rulesVersion }: Run) => ({ rulesVersion, modelVersion: MODEL_VERSION });

/** A run is one moment of the service's clock: the rules take microseconds, and a decider has no clock to count them. */
const times = ({ request: { barRecordedAt, now } }: Run) => ({ barRecordedAt, startedAt: now, finishedAt: now });
