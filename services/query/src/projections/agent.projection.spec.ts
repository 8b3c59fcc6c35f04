import { foldProjection } from '@tocsin/event-log';
import {
  AGENT,
  agentGranted,
  agentLost,
  agentProbed,
  agentRegistered,
  agentRestored,
  agentRetired,
  agentReturned,
  agentTripped,
  resultIgnored,
  taskAttemptFailed,
  taskCompleted,
  taskLeased,
  taskReleased,
} from '../../test/agent-facts.ts';
import { after as at, recorded, type Fact } from '../../test/facts.ts';
import { agent } from './agent.projection.ts';

const after = (...facts: readonly Fact[]) => foldProjection(agent, recorded(facts))[0];

describe('an agent', () => {
  it('can do what it says that it can and may, and nothing else', () => {
    expect(after(agentRegistered())).toMatchObject({
      ...{ agentId: AGENT, liveness: 'idle', parallelMax: 2, instance: 'boot-1' },
      ...{ capabilities: ['sovereign_access', 'trading_signal'], grants: [], canDo: [] },
    });
    expect(after(agentRegistered(), agentGranted())).toMatchObject({
      ...{ grants: ['hidden_hand_validation', 'trading_signal'], canDo: ['trading_signal'] },
    });
    expect(after(agentGranted(), agentRegistered())?.canDo).toEqual(['trading_signal']);
    expect(after(agentRegistered(), agentGranted(), agentGranted(0, { capabilities: [] }))?.canDo).toEqual([]);
    expect(after(agentRegistered(), agentGranted(), agentRegistered(0, { capabilities: [] }))?.canDo).toEqual([]);
  });

  it('that was only granted something has not registered yet', () => {
    expect(after(agentGranted(3))).toMatchObject({
      ...{ liveness: 'unregistered', registeredAt: null, firstAt: at(3), lastSeen: null },
    });
  });

  it('is busy while it has a task, by whichever way it loses it', () => {
    const leased = [agentRegistered(), taskLeased(0)];
    expect(after(...leased)).toMatchObject({
      liveness: 'busy',
      leases: [{ task_id: 'task-0', task_type: 'trading_signal', pair: 'EURUSD-15m', fencing_token: 1, attempt: 1 }],
    });
    for (const end of [taskCompleted(0), taskReleased(0), taskAttemptFailed(0)])
      expect(after(...leased, end)).toMatchObject({ liveness: 'idle', leases: [] });
    expect(after(...leased, taskLeased(1), taskCompleted(0))).toMatchObject({
      liveness: 'busy',
      leases: [{ task_id: 'task-1', fencing_token: 2 }],
    });
  });

  it('is lost until it is heard of again', () => {
    expect(after(agentRegistered(), agentLost(60))).toMatchObject({ liveness: 'lost', lostAt: at(60) });
    expect(after(agentRegistered(), agentLost(60), agentReturned(90))).toMatchObject({
      ...{ liveness: 'idle', lostAt: null, lastSeen: { event: 'AgentReturned', position: 3, at: at(90) } },
    });
    expect(after(agentRegistered(), agentLost(60), agentRegistered(90))).toMatchObject({ liveness: 'idle' });
  });

  it('that has left is retired, and begins anew when it comes back', () => {
    const left = [agentRegistered(), agentTripped(1), agentRetired(9)];
    expect(after(...left)).toMatchObject({ liveness: 'retired', retiredAt: at(9), breakers: [], leases: [] });
    expect(after(...left, agentRegistered(20))).toMatchObject({
      ...{ liveness: 'idle', retiredAt: null, registeredAt: at(20), firstAt: at(0), breakers: [] },
    });
  });

  it('has a breaker for every type of task that it has failed at', () => {
    const failed = [agentRegistered(), taskLeased(0), taskAttemptFailed(0, { weight: 1 })];
    const breakers = (...more: readonly Fact[]) => after(...failed, ...more)?.breakers;
    expect(breakers()).toEqual([{ task_type: 'trading_signal', state: 'closed', weight: 1, since: at(20) }]);
    expect(breakers(taskAttemptFailed(1))).toMatchObject([{ state: 'closed', weight: 1.5, since: at(20) }]);
    expect(breakers(agentTripped(21))).toEqual([
      { task_type: 'trading_signal', state: 'open', weight: 3, since: at(21) },
    ]);
    expect(breakers(agentTripped(21), agentProbed(51))).toMatchObject([{ state: 'half-open', weight: 3 }]);
    expect(breakers(agentTripped(21), agentProbed(51), agentRestored(60))).toEqual([]);
    expect(breakers(taskCompleted(1))).toEqual([]);
    expect(breakers(agentTripped(30, { taskType: 'trading_analysis' }))).toMatchObject([
      { task_type: 'trading_analysis', state: 'open' },
      { task_type: 'trading_signal', state: 'closed' },
    ]);
  });

  it('is not blamed for what is not its fault', () => {
    expect(after(agentRegistered(), taskAttemptFailed(0, { weight: 0 }))).toMatchObject({
      ...{ breakers: [], tasksFailed: 1 },
    });
  });

  it('has its work counted, each kind by itself', () => {
    const story = [taskCompleted(0), taskCompleted(1), taskAttemptFailed(2), taskReleased(3), resultIgnored(3)];
    expect(after(agentRegistered(), ...story)).toMatchObject({
      ...{ tasksCompleted: 2, tasksFailed: 1, tasksReleased: 1, resultsIgnored: 1 },
      lastSeen: { event: 'ResultIgnored', position: 6, at: at(93) },
    });
  });
});
