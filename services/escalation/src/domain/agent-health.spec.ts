import { agentHealth, EMPTY_POOL, missedAgents, NEW_AGENT, type AgentRecord, type PoolRecord } from './agent-health.ts';

const needs = ['sovereign_access', 'trading_signal'];
const lost = { silentMs: 45_210, held: 2 };

const pool = (agent: Partial<AgentRecord>, more: Partial<PoolRecord> = {}): PoolRecord => ({
  ...EMPTY_POOL,
  agents: { 'agent-7': { ...NEW_AGENT, capabilities: needs, ...agent } },
  ...more,
});
const able = { grants: { 'agent-7': needs }, waiting: { trading_signal: needs } };

describe('the health of an agent', () => {
  it('is good while it is heard of and has not failed too often', () => {
    expect(agentHealth(pool({}), 'agent-7').level).toBe('INFO');
    expect(agentHealth(pool({}, able), 'agent-7').level).toBe('INFO');
  });

  it('is good of one that has left', () => {
    expect(agentHealth(EMPTY_POOL, 'agent-7')).toEqual({ level: 'INFO', cause: 'It left in good order.' });
  });

  it('is WARN when it is lost', () => {
    expect(agentHealth(pool({ lost }), 'agent-7')).toEqual({
      ...{ level: 'WARN', cause: 'Not heard of for 45 s; its 2 tasks went to others.' },
    });
  });

  it('is ERROR when it was the last with what a task waits for', () => {
    expect(agentHealth(pool({ lost }, able), 'agent-7')).toEqual({
      level: 'ERROR',
      cause:
        'Not heard of for 45 s; its 2 tasks went to others. It was the last that could do trading_signal, which waits.',
    });
    expect(missedAgents(pool({ lost }, able))).toEqual(['agent-7']);
  });

  it.each<[string, Partial<AgentRecord>, Partial<PoolRecord>]>([
    ['said that it could', { lost, capabilities: ['trading_signal'] }, able],
    ['been allowed to', { lost }, { ...able, grants: { 'agent-7': ['trading_signal'] } }],
    ['been allowed to by anybody', { lost }, { ...able, grants: {} }],
  ])('is no more than WARN when it had never %s', (_, agent, more) => {
    expect(agentHealth(pool(agent, more), 'agent-7').level).toBe('WARN');
    expect(missedAgents(pool(agent, more))).toEqual([]);
  });

  it('is WARN while it gets no tasks of a type', () => {
    expect(agentHealth(pool({ tripped: [{ taskType: 'trading_signal', weight: 3 }] }), 'agent-7')).toEqual({
      level: 'WARN',
      cause: 'It gets no tasks for a while of type trading_signal (its failures weigh 3).',
    });
  });

  it('is told by its silence before its failures', () => {
    const told = agentHealth(pool({ lost, tripped: [{ taskType: 'trading_signal', weight: 3 }] }), 'agent-7');
    expect(told.cause).toMatch(/^Not heard of/);
  });
});
