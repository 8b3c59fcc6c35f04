import type { Recorded, RunCompleted, RunFailed, RunSkipped, RunStarted, SignalEmitted } from '@tocsin/contracts';
import { msBetween } from '@tocsin/domain-kit';
import type { Fields, Projection } from '@tocsin/event-log';
import { shownAdjustments } from './adjustment-shown.ts';
import { AnalysisRow, type LogEntry } from './analysis.row.ts';
import { explanationOf, phaseEvidenceOf, regimeEvidenceOf } from './evidence-shown.ts';

type RunEvent = RunStarted | RunCompleted | RunSkipped | RunFailed | SignalEmitted;

/** One row per run, with everything that explains it, and the run's log. */
export const analysis: Projection<AnalysisRow, RunEvent> = {
  name: 'analysis',
  version: 2,
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
        return completed(row ?? beginningOf(event.data), event, log);
      case 'RunFailed':
        return failed(row ?? beginningOf(event.data), event, log);
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
const beginningOf = ({ runId, pair, symbol, timeframe, barOpenAt, barCloseAt }: RunIdentity): Fields<AnalysisRow> => ({
  runId,
  pair,
  symbol,
  timeframe,
  barOpenAt,
  barCloseAt,
  status: 'PENDING',
  finalDecision: null,
  bias: null,
  signal: null,
  ruleScore: null,
  ruleParts: null,
  mlConfidence: null,
  mlMissing: null,
  mlWeight: null,
  compositeScore: null,
  confidenceRaw: null,
  confidence: null,
  adjustments: [],
  topFeatures: [],
  redFlags: [],
  close: null,
  stopLoss: null,
  takeProfit: null,
  phase: null,
  regime: null,
  explanation: null,
  phaseEvidence: null,
  regimeEvidence: null,
  hiddenHandWarning: null,
  phaseSignalConflict: null,
  errorCode: null,
  errorMessage: null,
  failureSource: null,
  skipReason: null,
  freshness: null,
  degraded: null,
  provider: null,
  simulated: null,
  rulesVersion: null,
  modelVersion: null,
  barRecordedAt: null,
  startedAt: null,
  finishedAt: null,
  endedAt: null,
  latencyMs: null,
  position: 0,
  log: [],
});

/** Written field by field: several spreads in one object of this width cost a hundred times as much. */
const completed = (
  before: Fields<AnalysisRow>,
  { data, time, recordedTime, position }: Recorded<RunCompleted>,
  log: readonly LogEntry[],
): Fields<AnalysisRow> => ({
  ...before,
  status: 'COMPLETE',
  finalDecision: data.finalDecision,
  bias: data.bias,
  ruleScore: data.ruleScore,
  ruleParts: data.ruleParts,
  mlConfidence: data.ml && data.ml.confidence,
  mlMissing: data.mlMissing,
  mlWeight: data.mlWeight,
  compositeScore: data.compositeScore,
  confidenceRaw: data.confidenceRaw,
  confidence: data.confidence,
  adjustments: shownAdjustments(data.adjustments),
  topFeatures: data.topFeatures,
  redFlags: data.redFlags,
  close: data.close,
  stopLoss: data.stopLoss,
  takeProfit: data.takeProfit,
  phase: data.phase,
  regime: data.regime,
  explanation: explanationOf(data.ml),
  phaseEvidence: phaseEvidenceOf(data.phaseEvidence),
  regimeEvidence: regimeEvidenceOf(data.regimeEvidence),
  hiddenHandWarning: data.hiddenHandWarning ?? null,
  phaseSignalConflict: data.phaseSignalConflict ?? null,
  freshness: freshnessOf(data.freshness),
  degraded: data.degraded,
  provider: data.provider,
  simulated: data.simulated,
  rulesVersion: data.rulesVersion,
  modelVersion: data.modelVersion,
  barRecordedAt: data.barRecordedAt,
  startedAt: data.startedAt,
  finishedAt: data.finishedAt,
  endedAt: time,
  latencyMs: msBetween(data.barRecordedAt, recordedTime),
  position,
  log,
});

const failed = (
  before: Fields<AnalysisRow>,
  { data, time, position }: Recorded<RunFailed>,
  log: readonly LogEntry[],
): Fields<AnalysisRow> => ({
  ...before,
  status: 'FAILED',
  errorCode: data.errorCode,
  errorMessage: data.errorMessage,
  failureSource: data.failureSource,
  provider: data.provider,
  simulated: data.simulated,
  rulesVersion: data.rulesVersion,
  modelVersion: data.modelVersion,
  barRecordedAt: data.barRecordedAt,
  startedAt: data.startedAt,
  finishedAt: data.finishedAt,
  endedAt: time,
  position,
  log,
});

const freshnessOf = ({ colour, ratio, schedulable, evaluatedAt, marketState }: RunCompleted['data']['freshness']) => ({
  colour,
  ratio,
  schedulable,
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
