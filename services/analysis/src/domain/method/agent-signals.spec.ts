import type { TaskCompletedData, TaskResult, VolumeTrend } from '@tocsin/contracts';
import { EVENTS } from '@tocsin/contracts';
import { isRefusal, type Pair } from '@tocsin/domain-kit';
import { at, result } from '../../../test/agent-pool.ts';
import { analysisDecider } from '../analysis.decider.ts';
import type { Phase } from '../market-state.ts';
import { keepingScore } from '../outcome/score-keeping.ts';
import { validatingAgents, type ValidatingAnalysis } from './agent-signals.ts';

const decider = validatingAgents(keepingScore(analysisDecider));

/** A pair that has committed a phase while volume went somewhere. */
const market = (phase: Phase, volumeTrend: VolumeTrend): ValidatingAnalysis => ({
  ...decider.initialState(),
  phase: { committed: phase, said: phase, inARow: 3 },
  volumeTrend,
});

function signalOf(told: Partial<TaskResult>, state = decider.initialState()) {
  const input = { symbol: 'EURUSD', timeframe: '15m', barOpenAt: null, runId: null, question: null } as const;
  const data: TaskCompletedData = {
    pool: 'shared',
    taskId: 't-1',
    taskType: 'trading_signal',
    pair: 'EURUSD-15m' as Pair,
    agentId: 'a',
    fencingToken: 1,
    attempt: 1,
    input,
    result: { ...result, ...told },
    submittedAt: at,
    at,
  };
  const said = decider.decide({ type: 'ValidateResult', data }, state);
  if (isRefusal(said)) throw new Error(said.because);
  const [fact] = said;
  if (fact?.type !== 'AgentSignalEmitted') throw new Error('a result is answered by a signal');
  expect(EVENTS.AgentSignalEmitted.validate(fact.data)).toEqual([]);
  expect(decider.evolve(state, fact)).toBe(state);
  return fact.data;
}

describe("An agent's signal", () => {
  it('is trusted as much as its agent is sure where nothing is held against it', () => {
    expect(signalOf({ confidenceRaw: 0.85 })).toMatchObject({
      confidence: 0.85,
      confidenceRaw: 0.85,
      adjustments: [],
      isValid: true,
      degradedInference: false,
      degradationReason: null,
    });
  });

  it('of a fallback is trusted a fifth less, and says why (T-14)', () => {
    expect(signalOf({ confidenceRaw: 0.85, fallbackUsed: true })).toMatchObject({
      confidence: 0.68,
      confidenceRaw: 0.85,
      degradedInference: true,
      degradationReason: 'fallback_model_used',
    });
    expect(signalOf({ confidenceRaw: 0.7, fallbackUsed: true }).confidence).toBe(0.56);
  });

  it('against the phase of its market is trusted less, and both together make 0.34 of 0.85 (T-15)', () => {
    const distribution = market('distribution', 'declining');
    expect(signalOf({ signal: 'BUY', confidenceRaw: 0.9 }, distribution)).toMatchObject({
      confidence: 0.45,
      hiddenHandWarning: true,
      phaseSignalConflict: true,
      phase: 'distribution',
    });
    expect(signalOf({ signal: 'BUY', confidenceRaw: 0.85, fallbackUsed: true }, distribution).confidence).toBe(0.34);
    expect(signalOf({ signal: 'SELL', confidenceRaw: 0.9 }, distribution).confidence).toBe(0.9);
  });

  it('is judged by an unknown phase and volume where the pair has had no run', () => {
    expect(signalOf({ signal: 'SELL' })).toMatchObject({ phase: 'unknown', hiddenHandWarning: false });
    expect(signalOf({ signal: 'SELL', confidenceRaw: 0.9 }, market('accumulation', 'unknown')).confidence).toBe(0.72);
  });
});
