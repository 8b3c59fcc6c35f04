import { instant, pairOf, type Pair } from '@tocsin/domain-kit';
import { at, complete, fail, PAIR, PoolStory, result, silence, submit } from '../../../test/agent-pool.ts';
import { ATTEMPTS_MAX, ENDED_KEPT } from './pool.ts';

const SIGNAL = ['sovereign_access', 'trading_signal', 'hidden_hand_validation'];

describe('Work goes only to agents that can and may do it (T-13)', () => {
  it('leaves a task with nobody rather than give it to an idle agent that lacks one capability', () => {
    const story = new PoolStory()
      .isGranted('generic', SIGNAL)
      .registers('generic', ['sovereign_access', 'trading_signal']);
    expect(story.names(submit('t-1', 'trading_signal', PAIR))).toEqual(['TaskQueued']);
  });

  it('takes a capability that is declared false for one that is not there', () => {
    const story = new PoolStory().isGranted('a', SIGNAL);
    const capabilities = { sovereign_access: false, trading_signal: true, hidden_hand_validation: true };
    story.when({ type: 'RegisterAgent', data: { agentId: 'a', capabilities, parallelMax: 1, instance: 'boot-1', at } });
    expect(story.names(submit('t-1', 'trading_signal', PAIR))).toEqual(['TaskQueued']);
  });

  it('gives nothing to an agent that is able but not allowed, and the waiting task once it is', () => {
    const story = new PoolStory().registers('a', SIGNAL).isAsked('t-1');
    expect(story.holderOf('t-1')).toBeNull();
    expect(
      story.names({ type: 'GrantAgent', data: { agentId: 'a', capabilities: SIGNAL, by: 'operator:mira', at } }),
    ).toEqual(['AgentGranted', 'TaskLeased']);
  });

  it('gives the task to the least busy agent, and among equals to the first by name', () => {
    const story = new PoolStory().hasAgent('b', 'trading_signal', 2).hasAgent('a', 'trading_signal', 2);
    story.isAsked('t-1', 'trading_signal', PAIR).isAsked('t-2', 'trading_signal', 'GBPUSD-15m' as Pair);
    expect([story.holderOf('t-1'), story.holderOf('t-2')]).toEqual(['a', 'b']);
  });

  it('says once that nobody can do a task, and nothing while somebody could who is busy', () => {
    const waiting = { type: 'ReportWaiting', data: { taskId: 't-2', waitedMs: 60_000, at } } as const;
    const busy = new PoolStory().hasAgent('a').isAsked('t-1').isAsked('t-2');
    expect(busy.names(waiting)).toEqual([]);

    const empty = new PoolStory().isAsked('t-2');
    expect(empty.names(waiting)).toEqual(['TaskUnroutable']);
    expect(empty.names(waiting)).toEqual([]);
  });
});

describe("The name of an agent is anybody's choice", () => {
  it.each(['constructor', '__proto__', 'toString'])('takes %s for an agent like any other', (agentId) => {
    const story = new PoolStory();
    expect(story.names({ type: 'RetireAgent', data: { agentId, at } })).toBe('agent-unknown');
    story.registers(agentId, SIGNAL);
    expect(story.names(submit('t-1', 'trading_signal', PAIR))).toEqual(['TaskQueued']);
    expect(
      story.names({ type: 'GrantAgent', data: { agentId, capabilities: SIGNAL, by: 'operator:mira', at } }),
    ).toEqual(['AgentGranted', 'TaskLeased']);
    expect(story.names(complete('t-1', agentId, story.tokenOf('t-1')))).toEqual(['TaskCompleted']);
  });
});

describe('An agent that was to get no more tasks, and does well one that it had', () => {
  it('is said to be restored, so whoever was told of its failures hears of the end', () => {
    const story = new PoolStory().hasAgent('a', 'trading_signal', 4);
    for (const name of ['AUDUSD', 'EURUSD', 'GBPUSD', 'NZDUSD'])
      story.isAsked(name, 'trading_signal', pairOf(name, '15m'));
    for (const name of ['AUDUSD', 'EURUSD', 'GBPUSD']) story.when(fail(name, 'a', story.tokenOf(name), 'agent_crash'));
    expect(story.names(complete('NZDUSD', 'a', story.tokenOf('NZDUSD')))).toEqual(
      expect.arrayContaining(['TaskCompleted', 'AgentRestored']),
    );
  });
});

describe('Results of a pair come in the order in which they were asked for', () => {
  it('has one task of a pair out at a time, and the next one when it is done', () => {
    const story = new PoolStory().hasAgent('a').hasAgent('b').isAsked('t-1').isAsked('t-2');
    expect(story.holderOf('t-2')).toBeNull();
    expect(story.names(complete('t-1', 'a', story.tokenOf('t-1')))).toEqual(['TaskCompleted', 'TaskLeased']);
    expect(story.holderOf('t-2')).toBe('a');
  });
});

describe('A dead agent costs a minute, not a signal (T-16)', () => {
  it('gives a lost agent its tasks to others at once, and only keeps what it brings late', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1').hasAgent('b');
    const old = story.tokenOf('t-1');
    expect(story.names(silence('a'))).toEqual(['AgentLost', 'TaskReleased', 'TaskLeased']);
    expect(story.holderOf('t-1')).toBe('b');
    expect(story.tokenOf('t-1')).toBeGreaterThan(old);

    expect(story.when(complete('t-1', 'a', old))).toMatchObject([
      { type: 'ResultIgnored', data: { reason: 'lease-over', fencingToken: old, result } },
    ]);
    expect(story.names(complete('t-1', 'b', story.tokenOf('t-1')))).toEqual(['TaskCompleted']);
    expect(story.when(complete('t-1', 'a', old))).toMatchObject([
      { type: 'ResultIgnored', data: { reason: 'task-ended' } },
    ]);
  });

  it('says once that an agent is lost, and that it is back when it is heard of or registers', () => {
    const story = new PoolStory().hasAgent('a');
    expect(story.names(silence('a'))).toEqual(['AgentLost']);
    expect(story.names(silence('a'))).toEqual([]);
    expect(story.names({ type: 'ReportReturn', data: { agentId: 'a', at } })).toEqual(['AgentReturned']);
    expect(story.names({ type: 'ReportReturn', data: { agentId: 'a', at } })).toEqual([]);
  });

  it('gives up a task that brings down everyone who has it', () => {
    const story = new PoolStory().hasAgent('a').hasAgent('b').hasAgent('c').isAsked('t-1');
    story.when(silence('a'));
    story.when(silence('b'));
    expect(story.when(silence('c'))).toMatchObject([
      { type: 'AgentLost' },
      { type: 'TaskReleased' },
      { type: 'TaskFailed', data: { attempts: ATTEMPTS_MAX, errorCode: 'AGENT_CRASH' } },
    ]);
  });

  it('takes back what a retired agent has, and counts nothing against the task', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    expect(story.names({ type: 'RetireAgent', data: { agentId: 'a', at } })).toEqual(['TaskReleased', 'AgentRetired']);
    expect(story.names({ type: 'RetireAgent', data: { agentId: 'a', at } })).toBe('agent-unknown');
  });

  it('tries another agent before one that had the task in vain, however idle and early by name that one is', () => {
    const story = new PoolStory().hasAgent('a', 'trading_signal', 2).isAsked('t-1').hasAgent('b', 'trading_signal', 2);
    const lease = () => ({ taskId: 't-1', agentId: story.holderOf('t-1') ?? '', fencingToken: story.tokenOf('t-1') });
    story.when({ type: 'ReleaseTask', data: { ...lease(), reason: 'no-progress', at } });
    expect(story.holderOf('t-1')).toBe('b');
    story.when(fail('t-1', 'b', story.tokenOf('t-1'), 'sovereign_timeout'));
    expect(story.holderOf('t-1')).toBe('a'); // Both have tried it by now.
  });

  it('does not take a task for a lease that is over already', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    const seen = { taskId: 't-1', agentId: 'a', fencingToken: story.tokenOf('t-1'), reason: 'overdue', at } as const;
    expect(story.names({ type: 'ReleaseTask', data: seen })).toEqual(['TaskReleased', 'TaskLeased']);
    expect(story.names({ type: 'ReleaseTask', data: seen })).toEqual([]);
  });
});

describe('A task has one applied result (T-17)', () => {
  it('takes the result again in silence when the agent did not hear that it counted', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    const token = story.tokenOf('t-1');
    expect(story.names(complete('t-1', 'a', token))).toEqual(['TaskCompleted']);
    expect(story.names(complete('t-1', 'a', token))).toEqual([]);
  });

  it('is harmless when two connections have one name: what they register is one agent', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    const token = story.tokenOf('t-1');
    story.registers('a', SIGNAL, 1, 'boot-2');
    expect(story.tokenOf('t-1')).toBe(token);
    expect(story.registers('a', SIGNAL, 1, 'boot-2').pool.agents['a']?.instance).toBe('boot-2');
  });

  it('refuses a result for a task that never was, and a task that was taken on before', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    expect(story.names(complete('t-0', 'a', 1))).toBe('task-unknown');
    expect(story.names(submit('t-1', 'trading_signal', PAIR))).toBe('task-already-known');
  });

  it('refuses an answer from the future, and takes one from five seconds ahead', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    const token = story.tokenOf('t-1');
    const told = (analyzedAt: string) => ({ ...result, analyzedAt: instant(analyzedAt) });
    expect(story.names(complete('t-1', 'a', token, told('2026-11-24T10:00:05.001Z')))).toBe('analyzed-in-future');
    expect(story.names(complete('t-1', 'a', token, told('2026-11-24T10:00:05.000Z')))).toEqual(['TaskCompleted']);
  });

  it('remembers a bounded number of ended tasks', () => {
    const story = new PoolStory().hasAgent('a');
    for (let n = 0; n <= ENDED_KEPT; n += 1) {
      story.isAsked(`t-${n}`);
      story.when(complete(`t-${n}`, 'a', story.tokenOf(`t-${n}`)));
    }
    expect(story.pool.ended).toHaveLength(ENDED_KEPT);
    expect(story.pool.ended[0]?.taskId).toBe('t-1');
  });
});

describe('A failure counts by whose fault it is (T-18)', () => {
  /** Fails so many tasks, and tells everything that was said. */
  function failing(source: Parameters<typeof fail>[3], times: number) {
    const story = new PoolStory().hasAgent('a');
    const answers: (readonly string[] | string)[] = [];
    for (let n = 0; n < times; n += 1) {
      story.isAsked(`t-${n}`);
      answers.push(story.names(fail(`t-${n}`, 'a', story.tokenOf(`t-${n}`), source)));
      // Whatever waits again is taken away, so that each failure is one attempt of a task of its own.
      story.pool = { ...story.pool, tasks: [] };
    }
    return { story, said: answers.flat() };
  }

  it('leaves the breaker closed after a hundred models that were too slow', () => {
    const { story, said } = failing('sovereign_timeout', 100);
    expect(said).not.toContain('AgentTripped');
    expect(story.pool.agents['a']?.breakers.trading_signal).toEqual({ state: 'closed', weight: 0 });
  });

  it.each([
    ['agent_crash', 3],
    ['network_error', 6],
    ['bad_output', 3],
  ] as const)('opens it by %s after %i', (source, times) => {
    expect(failing(source, times - 1).said).not.toContain('AgentTripped');
    expect(failing(source, times).said).toContain('AgentTripped');
  });

  it('closes one type of task only', () => {
    const { story } = failing('agent_crash', 3);
    story.isGranted('a', [...SIGNAL, 'trading_analysis']).registers('a', [...SIGNAL, 'trading_analysis']);
    story.isAsked('signal', 'trading_signal').isAsked('analysis', 'trading_analysis');
    expect([story.holderOf('signal'), story.holderOf('analysis')]).toEqual([null, 'a']);
  });

  it('lets one task through after a rest, and opens again or closes by it', () => {
    const cool = { type: 'CoolBreaker', data: { agentId: 'a', taskType: 'trading_signal', at } } as const;
    const { story } = failing('agent_crash', 3);
    story.isAsked('x');
    expect(story.names(cool)).toEqual(['AgentProbed', 'TaskLeased']);
    expect(story.names(fail('x', 'a', story.tokenOf('x'), 'agent_crash'))).toEqual([
      'TaskAttemptFailed',
      'AgentTripped',
    ]);
    expect(story.names(cool)).toEqual(['AgentProbed', 'TaskLeased']);
    expect(story.names(complete('x', 'a', story.tokenOf('x')))).toEqual(['TaskCompleted', 'AgentRestored']);
    expect(story.names(cool)).toEqual([]);
  });

  it('tries a task three times and then says what went wrong last', () => {
    const story = new PoolStory().hasAgent('a').isAsked('t-1');
    const attempt = () => story.names(fail('t-1', 'a', story.tokenOf('t-1'), 'sovereign_timeout'));
    expect(attempt()).toEqual(['TaskAttemptFailed', 'TaskLeased']);
    expect(attempt()).toEqual(['TaskAttemptFailed', 'TaskLeased']);
    expect(attempt()).toEqual(['TaskAttemptFailed', 'TaskFailed']);
  });
});

describe('Too much of one type never keeps another out', () => {
  it('refuses a task when as many of its type wait as may', () => {
    const story = new PoolStory();
    story.when(submit('t-1', 'trading_signal', PAIR, 1));
    expect(story.names(submit('t-2', 'trading_signal', PAIR, 1))).toBe('queue-full');
    expect(story.names(submit('t-3', 'trading_analysis', PAIR, 1))).toEqual(['TaskQueued']);
  });

  it('refuses a task whose input is about another pair', () => {
    const asked = submit('t', 'trading_signal', PAIR);
    if (asked.type !== 'SubmitTask') throw new Error('a task is submitted');
    expect(new PoolStory().names({ ...asked, data: { ...asked.data, pair: 'GBPUSD-15m' as Pair } })).toBe(
      'pair-mismatch',
    );
  });
});
