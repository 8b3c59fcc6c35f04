import type { Recorded, RunCompleted, RunFailed, RunSkipped, RunStarted, SignalEmitted } from '@tocsin/contracts';
import { msBetween } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { AnalysisRow, type LogEntry } from './analysis.row.ts';

type RunEvent = RunStarted | RunCompleted | RunSkipped | RunFailed | SignalEmitted;

/** One row per run, with everything that explains it, and the run's log. */
export const analysis: Projection<AnalysisRow, RunEvent> = {
  name: 'analysis',
  version: 1,
  lane: 'analysis',
  row: AnalysisRow,
  hears: ['RunStarted', 'RunCompleted', 'RunSkipped', 'RunFailed', 'SignalEmitted'],
  keyOf: ({ data }) => data.runId,

  evolve(row, event) {
    const log = [...(row?.log ?? []), entryOf(event)];
    const { position } = event;
    switch (event.type) {
      case 'RunStarted': {
        const { startedAt, barRecordedAt, rulesVersion, modelVersion } = event.data;
        return { ...beginningOf(event.data), startedAt, barRecordedAt, rulesVersion, modelVersion, position, log };
      }
      case 'RunCompleted':
        return {
          ...(row ?? beginningOf(event.data)),
          ...decisionOf(event.data),
          status: 'COMPLETE',
          latencyMs: msBetween(event.data.barRecordedAt, event.recordedTime),
          endedAt: event.time,
          position,
          log,
        };
      case 'RunFailed': {
        const { errorCode, errorMessage, failureSource, provider, simulated, startedAt, finishedAt } = event.data;
        const { rulesVersion, modelVersion, barRecordedAt } = event.data;
        return {
          ...(row ?? beginningOf(event.data)),
          ...{ errorCode, errorMessage, failureSource, provider, simulated, startedAt, finishedAt },
          ...{ rulesVersion, modelVersion, barRecordedAt },
          status: 'FAILED',
          endedAt: event.time,
          position,
          log,
        };
      }
      case 'RunSkipped':
        return {
          ...(row ?? beginningOf(event.data)),
          status: 'SKIPPED',
          skipReason: event.data.reason,
          freshness: freshnessOf(event.data.freshness),
          finishedAt: event.data.at,
          endedAt: event.time,
          position,
          log,
        };
      case 'SignalEmitted':
        return row && { ...row, signal: event.data.signal, position, log };
    }
  },
};

type RunIdentity = Pick<RunStarted['data'], 'runId' | 'pair' | 'symbol' | 'timeframe' | 'barOpenAt' | 'barCloseAt'>;

/** A run of which nothing is known yet but which bar it is about. */
const beginningOf = ({ runId, pair, symbol, timeframe, barOpenAt, barCloseAt }: RunIdentity) =>
  ({
    ...{ runId, pair, symbol, timeframe, barOpenAt, barCloseAt },
    status: 'PENDING',
    ...{ finalDecision: null, bias: null, signal: null },
    ...{ ruleScore: null, ruleParts: null, mlConfidence: null, mlMissing: null, mlWeight: null, compositeScore: null },
    ...{ confidenceRaw: null, confidence: null, adjustments: [], topFeatures: [], redFlags: [] },
    ...{ close: null, stopLoss: null, takeProfit: null, phase: null, regime: null },
    ...{ errorCode: null, errorMessage: null, failureSource: null, skipReason: null },
    ...{ freshness: null, degraded: null, provider: null, simulated: null, rulesVersion: null, modelVersion: null },
    ...{ barRecordedAt: null, startedAt: null, finishedAt: null, endedAt: null, latencyMs: null },
  }) as const;

function decisionOf(data: RunCompleted['data']) {
  const { finalDecision, bias, ruleScore, ruleParts, ml, mlMissing, mlWeight, compositeScore } = data;
  const { confidenceRaw, confidence, topFeatures, redFlags, close, stopLoss, takeProfit, phase, regime } = data;
  const { degraded, provider, simulated, rulesVersion, modelVersion, barRecordedAt, startedAt, finishedAt } = data;
  return {
    ...{ finalDecision, bias, ruleScore, ruleParts, mlMissing, mlWeight, compositeScore },
    ...{ confidenceRaw, confidence, topFeatures, redFlags, close, stopLoss, takeProfit, phase, regime },
    ...{ degraded, provider, simulated, rulesVersion, modelVersion, barRecordedAt, startedAt, finishedAt },
    mlConfidence: ml && ml.confidence,
    adjustments: data.adjustments.map(({ code, factor, reason, ruleVersion }) => ({
      ...{ code, factor, reason },
      rule_version: ruleVersion,
    })),
    freshness: freshnessOf(data.freshness),
  };
}

const freshnessOf = ({ colour, ratio, schedulable, evaluatedAt, marketState }: RunCompleted['data']['freshness']) => ({
  ...{ colour, ratio, schedulable },
  evaluated_at: evaluatedAt,
  market_state: marketState,
});

const entryOf = ({ type, id, position, time, recordedTime }: Recorded<RunEvent>): LogEntry => ({
  event: type,
  event_id: id,
  position,
  at: time,
  recorded_at: recordedTime,
});
