import { foldProjection } from '@tocsin/event-log';
import {
  agentSignalEmitted,
  resultIgnored,
  taskAttemptFailed,
  taskCompleted,
  taskFailed,
  taskLeased,
  taskQueued,
  taskReleased,
  taskUnroutable,
} from '../../test/agent-facts.ts';
import { after as at, recorded, type Fact } from '../../test/facts.ts';
import { task } from './task.projection.ts';

const after = (...facts: readonly Fact[]) => foldProjection(task, recorded(facts))[0];

/** The second and third lease of the task. */
const again = (number: number) => ({ fencingToken: 10 + number, attempt: number });

describe('a task', () => {
  it('waits for an agent, and shows what it is about', () => {
    expect(after(taskQueued(0))).toMatchObject({
      ...{ taskId: 'task-0', taskType: 'trading_signal', pair: 'EURUSD-15m', symbol: 'EURUSD', timeframe: '15m' },
      ...{ status: 'queued', attempts: 0, agentId: null, fencingToken: null, unroutableAt: null, tries: [] },
      ...{ submittedBy: 'person:local', submittedAt: at(0), result: null, endedAt: null },
    });
  });

  it('says what it needs while nobody can do it, until somebody does', () => {
    expect(after(taskQueued(0), taskUnroutable(0))).toMatchObject({
      ...{ status: 'queued', unroutableAt: at(60) },
      needs: ['sovereign_access', 'trading_signal', 'hidden_hand_validation'],
    });
    expect(after(taskQueued(0), taskUnroutable(0), taskLeased(0))).toMatchObject({
      ...{ status: 'leased', unroutableAt: null, needs: null },
    });
  });

  it('is with one agent by one token', () => {
    expect(after(taskQueued(0), taskLeased(0))).toMatchObject({
      ...{ status: 'leased', agentId: 'agent-7', fencingToken: 1, attempts: 1, leasedAt: at(0) },
      tries: [{ attempt: 1, agent_id: 'agent-7', fencing_token: 1, outcome: null, ended_at: null }],
    });
  });

  it('waits again when it is taken from its agent, or the agent fails', () => {
    const leased = [taskQueued(0), taskLeased(0)];
    expect(after(...leased, taskReleased(0))).toMatchObject({
      ...{ status: 'queued', agentId: null, fencingToken: null, leasedAt: null, attempts: 1 },
      tries: [{ outcome: 'agent-lost', ended_at: at(45), failure_source: null }],
    });
    expect(after(...leased, taskAttemptFailed(0), taskLeased(0, again(2)))).toMatchObject({
      ...{ status: 'leased', fencingToken: 12, attempts: 2 },
      tries: [
        { attempt: 1, outcome: 'failed', failure_source: 'network_error', failure_message: 'The model hung up.' },
        { attempt: 2, outcome: null, fencing_token: 12 },
      ],
    });
  });

  it('ends as failed with its code', () => {
    const story = [taskQueued(0), taskLeased(0), taskAttemptFailed(0), taskFailed(0)];
    expect(after(...story)).toMatchObject({
      ...{ status: 'failed', errorCode: 'NETWORK_ERROR', errorMessage: 'The model hung up.', attempts: 3 },
      ...{ agentId: null, endedAt: at(20), result: null },
    });
  });

  const done = [taskQueued(0), taskLeased(0), taskCompleted(0)];

  it('ends with a result that the method has yet to judge', () => {
    expect(after(...done)).toMatchObject({
      ...{ status: 'completed', agentId: 'agent-7', fencingToken: 1, endedAt: at(31) },
      tries: [{ outcome: 'completed', ended_at: at(31) }],
      result: {
        ...{ signal: 'BUY', confidence_raw: 0.85, confidence: null, adjustments: [], degraded_inference: null },
        ...{ completed_by: 'agent-7', analyzed_at: at(30), completed_at: at(31), hidden_hand_warning: null },
      },
    });
  });

  it('has a result with every field that users know it by, once it is judged', () => {
    expect(after(...done, agentSignalEmitted(0))?.result).toEqual({
      ...{ task_id: 'task-0', task_type: 'trading_signal', symbol: 'EURUSD', timeframe: '15m', signal: 'BUY' },
      ...{ confidence: 0.34, confidence_raw: 0.85, risk_score: 0.4, reasoning: 'Higher lows on rising volume.' },
      adjustments: [
        { code: 'fallback_model', factor: 0.8, reason: 'A fallback answered.', rule_version: 'fallback-1' },
        { code: 'hidden_hand', factor: 0.5, reason: 'Buying into a distribution.', rule_version: 'hh-1' },
      ],
      ...{ model: 'local-70b', fallback_used: true, degraded_inference: true },
      ...{ degradation_reason: 'fallback_model_used', raw_content_digest: 'ab'.repeat(32), wyckoff_phase: 'markup' },
      left_out: [{ tier: 'may', section: 'headlines' }],
      ...{ is_valid: true, phase: 'distribution', hidden_hand_warning: true, phase_signal_conflict: true },
      ...{ completed_by: 'agent-7', analyzed_at: at(30), completed_at: at(31) },
    });
  });

  it('counts results that came too late, and shows none of them', () => {
    const late = after(...done, resultIgnored(0, { reason: 'task-ended' }));
    expect(late).toMatchObject({ status: 'completed', resultsIgnored: 1, result: { signal: 'BUY' } });
  });

  it('keeps its newest leases, however often agents leave in good order', () => {
    const leaving = Array.from({ length: 12 }, (_, number) => [
      taskLeased(0, { fencingToken: number + 1, attempt: number + 1 }),
      taskReleased(0, { fencingToken: number + 1, reason: 'agent-retired' }),
    ]).flat();
    const tries = after(taskQueued(0), ...leaving)?.tries ?? [];
    expect(tries.map(({ fencing_token }) => fencing_token)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(new Set(tries.map(({ outcome }) => outcome))).toEqual(new Set(['agent-retired']));
  });

  it('that nobody queued is none', () => {
    expect(after(taskLeased(0), taskCompleted(0), agentSignalEmitted(0))).toBeUndefined();
  });
});
