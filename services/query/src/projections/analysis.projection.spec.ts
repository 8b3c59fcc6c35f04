import { foldProjection } from '@tocsin/event-log';
import {
  barAt,
  RECORDED_AFTER_MS,
  recorded,
  runCompleted,
  runFailed,
  runIdOf,
  runSkipped,
  runStarted,
  signalEmitted,
  type Fact,
} from '../../test/facts.ts';
import { analysis } from './analysis.projection.ts';

const after = (...facts: readonly Fact[]) => foldProjection(analysis, recorded(facts));

describe('an analysis', () => {
  it('is pending from its start to its end', () => {
    expect(after(runStarted(0))).toEqual([
      expect.objectContaining({
        ...{ runId: runIdOf(0), status: 'PENDING', startedAt: barAt(0).closeAt, endedAt: null, compositeScore: null },
        ...{ rulesVersion: 'rules-1', modelVersion: null, latencyMs: null, adjustments: [], topFeatures: [] },
      }),
    ]);
  });

  it('carries everything that its completion carries, as it is answered', () => {
    const [row] = after(runStarted(0), runCompleted(0), signalEmitted(0));
    expect(row).toMatchObject({
      ...{ status: 'COMPLETE', finalDecision: 'BUY', bias: 'long', signal: 'BUY', ruleScore: 75, compositeScore: 75 },
      ...{ confidence: 0.6, confidenceRaw: 0.75, mlConfidence: null, mlMissing: true, stopLoss: '1.39105' },
      adjustments: [{ code: 'hidden_hand', factor: 0.8, reason: 'Buying into a distribution.', rule_version: 'hh-1' }],
      freshness: { colour: 'GREEN', ratio: 0, schedulable: true, evaluated_at: barAt(0).closeAt, market_state: 'OPEN' },
      ...{ provider: 'recorded', simulated: false, degraded: false, position: 3 },
    });
  });

  it('took as long as lies between the writing down of its bar and of its completion', () => {
    expect(after(runStarted(0), runCompleted(0))).toEqual([expect.objectContaining({ latencyMs: RECORDED_AFTER_MS })]);
  });

  it('keeps the model’s own score apart from its absence', () => {
    const [row] = after(runCompleted(0, { ml: { confidence: 60, modelVersion: 'ml-1' }, mlMissing: false }));
    expect(row).toMatchObject({ mlConfidence: 60, mlMissing: false });
  });

  it('tells what its model’s features add up to, and from where', () => {
    const opinion = { confidence: 60, modelVersion: 'linear-3', explanationSpace: 'margin', base: 0.9 } as const;
    const modelDigest = 'ab'.repeat(32);
    const [row] = after(runCompleted(0, { ml: { ...opinion, margin: 0.4, modelDigest }, mlMissing: false }));
    expect(row?.explanation).toEqual({ space: 'margin', base: 0.9, margin: 0.4, model_digest: modelDigest });
    expect(after(runCompleted(0))[0]?.explanation).toBeNull();
  });

  it('tells what its bar said of phase and regime, and whether the method speaks against it', () => {
    const modelDigest = 'cd'.repeat(32);
    const told = {
      phaseEvidence: { phase: 'accumulation', inARow: 3, confidence: 0.71, volumeTrend: 'declining' },
      regimeEvidence: { turbulentProbability: 0.093, inARow: 2, modelVersion: 'hmm-1', modelDigest },
      ...{ hiddenHandWarning: true, phaseSignalConflict: true },
    } as const;
    expect(after(runCompleted(0, told))).toMatchObject([
      {
        phaseEvidence: { phase: 'accumulation', in_a_row: 3, confidence: 0.71, volume_trend: 'declining' },
        regimeEvidence: {
          ...{ turbulent_probability: 0.093, in_a_row: 2, model_version: 'hmm-1', model_digest: modelDigest },
        },
        ...{ hiddenHandWarning: true, phaseSignalConflict: true },
      },
    ]);
    expect(after(runCompleted(0))).toMatchObject([
      { phaseEvidence: null, regimeEvidence: null, hiddenHandWarning: null, phaseSignalConflict: null },
    ]);
    expect(after(runCompleted(0, { ...told, regimeEvidence: null }))[0]?.regimeEvidence).toBeNull();
  });

  it('says why it failed', () => {
    expect(after(runStarted(0), runFailed(0))).toEqual([
      expect.objectContaining({
        ...{ status: 'FAILED', errorCode: 'INSUFFICIENT_HISTORY', errorMessage: '12 bars of 65' },
        ...{ failureSource: 'capacity', finalDecision: null, latencyMs: null, endedAt: barAt(0).closeAt },
      }),
    ]);
  });

  it('says why it was passed over', () => {
    expect(after(runSkipped(0))).toEqual([expect.objectContaining({ status: 'SKIPPED', skipReason: 'OVERTAKEN' })]);
  });

  it('keeps its log in the order of the lane', () => {
    const [row] = after(runStarted(0), runCompleted(0), signalEmitted(0));
    expect(row?.log.map(({ event, position }) => [event, position])).toEqual([
      ['RunStarted', 1],
      ['RunCompleted', 2],
      ['SignalEmitted', 3],
    ]);
  });

  it('keeps quiet about a signal whose run it never saw', () => {
    expect(after(signalEmitted(0))).toEqual([]);
  });
});
