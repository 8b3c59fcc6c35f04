import { setImmediate as turn } from 'node:timers/promises';
import { at, complete, PAIR, result, submit } from '../../../test/agent-pool.ts';
import { MemoryPoolLog } from '../../../test/memory-pool-log.ts';
import { taskOf, type Task } from '../../domain/agents/pool.ts';
import { NEEDS } from '../../domain/agents/task-needs.ts';
import { AgentWatch } from './agent-watch.ts';
import { BuiltInAgents, type BuiltInAgent, type Work } from './built-in-agents.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** A watch whose clock is the test's, over a pool in memory. */
class Watched {
  readonly log = new MemoryPoolLog();
  readonly watch: AgentWatch;
  nowMs = 0;
  warnings = 0;

  constructor(own: readonly BuiltInAgent[] = []) {
    const wallMs = () => Date.parse(at) + this.nowMs;
    this.watch = new AgentWatch({
      eventLog: this.log,
      agents: new BuiltInAgents(own, 'boot-1', wallMs),
      clocks: { monotonicMs: () => this.nowMs, wallMs },
      log: { ...quiet, warn: () => void (this.warnings += 1) },
    });
    this.watch.onApplicationBootstrap();
  }

  /** Lets seconds pass, looking every one of them; agents named in `beating` say their tokens as they do. */
  async pass(seconds: number, beating: Readonly<Record<string, readonly number[]>> = {}): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.nowMs += 1_000;
      for (const [agentId, tokens] of Object.entries(beating)) this.log.beat(agentId, { tokens });
      await this.watch.look();
    }
  }

  connects(agentId: string): void {
    const capabilities = Object.fromEntries(NEEDS.trading_signal.map((need) => [need, true]));
    this.log.decide({ type: 'GrantAgent', data: { agentId, capabilities: NEEDS.trading_signal, by: 'mira', at } });
    this.log.decide({ type: 'RegisterAgent', data: { agentId, capabilities, parallelMax: 1, instance: 'boot-1', at } });
  }

  task(taskId: string): Task | null {
    return taskOf(this.log.pool, taskId);
  }

  count(type: string): number {
    return this.log.said.filter((event) => event.type === type).length;
  }
}

describe('The watch over agents', () => {
  let house: Watched;
  beforeEach(() => {
    house = new Watched();
  });
  afterEach(() => house.watch.beforeApplicationShutdown());

  it('finds a silent agent within a minute; another finishes its task, and the late result is only kept (T-16)', async () => {
    house.connects('a');
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    house.connects('b');
    const old = house.task('t-1')?.lease?.fencingToken ?? 0;
    await house.pass(10, { a: [old], b: [] });
    await house.pass(44, { b: [] });
    expect(house.count('AgentLost')).toBe(0);
    await house.pass(2, { b: [] });
    expect(house.count('AgentLost')).toBe(1);
    expect(house.task('t-1')?.lease?.agentId).toBe('b');

    const token = house.task('t-1')?.lease?.fencingToken ?? 0;
    expect(house.log.decide(complete('t-1', 'a', old))).toEqual(['ResultIgnored']);
    expect(house.log.decide(complete('t-1', 'b', token))).toEqual(['TaskCompleted']);
    expect(house.count('TaskCompleted')).toBe(1);
  });

  it('hears a lost agent again', async () => {
    house.connects('a');
    await house.pass(50);
    expect(house.count('AgentLost')).toBe(1);
    await house.pass(1, { a: [] });
    expect(house.count('AgentReturned')).toBe(1);
  });

  it('takes a task from an agent that lives but does not name it for a minute, and leaves one that it names', async () => {
    house.connects('a');
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    const token = house.task('t-1')?.lease?.fencingToken ?? 0;
    await house.pass(90, { a: [token] });
    expect(house.count('TaskReleased')).toBe(0);
    await house.pass(59, { a: [] });
    expect(house.count('TaskReleased')).toBe(0);
    await house.pass(2, { a: [] });
    expect(house.log.said.find(({ type }) => type === 'TaskReleased')?.data).toMatchObject({ reason: 'no-progress' });
  });

  it('takes a task that never ends from an agent that names it for ever', async () => {
    house.connects('a');
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    const token = house.task('t-1')?.lease?.fencingToken ?? 0;
    await house.pass(302, { a: [token] });
    expect(house.log.said.find(({ type }) => type === 'TaskReleased')?.data).toMatchObject({ reason: 'overdue' });
  });

  it('says after a minute that nobody can do a task', async () => {
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    await house.pass(59);
    expect(house.count('TaskUnroutable')).toBe(0);
    await house.pass(2);
    expect(house.count('TaskUnroutable')).toBe(1);
  });

  it('takes a beat that is none for silence', async () => {
    house.connects('a');
    for (let second = 0; second < 50; second += 1) {
      for (const body of [null, 7, {}, { tokens: 'all' }, { tokens: [1.5] }]) house.log.beat('a', body);
      await house.pass(1);
    }
    expect(house.count('AgentLost')).toBe(1);
  });

  it('gives everybody a fresh start when it was asleep itself', async () => {
    house.connects('a');
    await house.pass(1, { a: [] });
    house.nowMs += 120_000;
    await house.pass(40);
    expect(house.count('AgentLost')).toBe(0);
    await house.pass(6);
    expect(house.count('AgentLost')).toBe(1);
  });

  it('warns once a minute of beats that are none, however many there are', async () => {
    for (let n = 0; n < 500; n += 1) house.log.beat(`stranger-${n}`, 'noise');
    expect(house.warnings).toBe(1);
    await house.pass(61);
    house.log.beat('stranger-1', 'noise');
    expect(house.warnings).toBe(2);
  });

  it('lets a task wait its own minute, whatever has the same name', async () => {
    house.connects('a');
    await house.pass(70, { a: [] });
    house.log.decide(submit('a', 'trading_analysis', PAIR));
    await house.pass(50, { a: [] });
    expect(house.count('TaskUnroutable')).toBe(0);
  });

  it('says nothing while another instance is the one that works', async () => {
    house.connects('a');
    house.log.holds = false;
    await house.pass(120);
    expect(house.count('AgentLost')).toBe(0);
  });

  it('lets a breaker rest for a minute', async () => {
    house.connects('a');
    for (let n = 0; n < 3; n += 1) {
      house.log.decide(submit(`t-${n}`, 'trading_signal', PAIR));
      const lease = house.log.pool.tasks.find(({ lease: has }) => has !== null);
      const fencingToken = lease?.lease?.fencingToken ?? 0;
      const failure = { failureSource: 'agent_crash', failureMessage: 'It fell over.' } as const;
      const taskId = lease?.taskId ?? '';
      house.log.decide({ type: 'FailTask', data: { taskId, agentId: 'a', fencingToken, ...failure, at } });
    }
    expect(house.count('AgentTripped')).toBe(1);
    await house.pass(59, { a: [] });
    expect(house.count('AgentProbed')).toBe(0);
    await house.pass(3, { a: [] });
    expect(house.count('AgentProbed')).toBe(1);
  });
});

describe('An agent that lives in the service', () => {
  /** An agent whose answers are the test's to give. */
  class Scripted implements BuiltInAgent {
    readonly agentId = 'own';
    readonly capabilities = NEEDS.trading_signal;
    readonly parallelMax = 1;
    readonly asked: { readonly task: Task; readonly signal: AbortSignal; readonly answer: (work: Work) => void }[] = [];

    work(task: Task, signal: AbortSignal): Promise<Work> {
      return new Promise((answer) => {
        this.asked.push({ task, signal, answer });
      });
    }
  }

  let own: Scripted;
  let house: Watched;
  beforeEach(async () => {
    own = new Scripted();
    house = new Watched([own]);
    await house.pass(1);
  });
  afterEach(() => house.watch.beforeApplicationShutdown());

  it('introduces itself once, does what is leased to it, and lives as long as the process does', async () => {
    expect(house.log.said.map(({ type }) => type)).toEqual(['AgentGranted', 'AgentRegistered']);
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    await house.pass(1);
    expect(own.asked).toHaveLength(1);
    own.asked[0]?.answer({ outcome: 'done', result });
    await turn();
    await house.pass(1);
    expect(house.count('TaskCompleted')).toBe(1);
    await house.pass(200);
    expect(house.count('AgentLost')).toBe(0);
  });

  it('begins again what was leased to it when the log was taken up anew, by the same lease', async () => {
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    await house.pass(1);
    house.log.holds = false;
    house.log.takeUpAnew();
    await house.pass(1);
    expect(own.asked[0]?.signal.aborted).toBe(true);
    house.log.holds = true;
    await house.pass(1);
    expect(own.asked).toHaveLength(2);
    expect(own.asked[1]?.task.lease).toEqual(own.asked[0]?.task.lease);
  });

  it('keeps what a person has decided about it over a restart', async () => {
    const data = { agentId: 'own', capabilities: [], by: 'operator:mira', at };
    house.log.decide({ type: 'GrantAgent', data });
    house.log.decide({
      type: 'RegisterAgent',
      data: { ...data, capabilities: {}, parallelMax: 1, instance: 'boot-0' },
    });
    await house.pass(2);
    expect(house.count('AgentRegistered')).toBe(3);
    expect(house.log.pool.grants).toEqual({ own: [] });
  });

  it('begins nothing any more once the service stops', async () => {
    await house.watch.beforeApplicationShutdown();
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    await turn();
    await house.watch.look();
    expect(own.asked).toHaveLength(0);
  });

  it('says whose fault it was, and its own crash is its own fault', async () => {
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    await house.pass(1);
    own.asked[0]?.answer({ outcome: 'failed', failureSource: 'sovereign_timeout', failureMessage: 'No answer.' });
    await turn();
    await house.pass(1);
    expect(house.log.said.find(({ type }) => type === 'TaskAttemptFailed')?.data).toMatchObject({
      failureSource: 'sovereign_timeout',
      weight: 0,
    });
    expect(own.asked).toHaveLength(2);
  });

  it('has failed where the log cannot take its result, and is not asked for it over and over', async () => {
    house.log.decide(submit('t-1', 'trading_signal', PAIR));
    await house.pass(1);
    house.log.cannotTake = ({ type }) => type === 'CompleteTask';
    own.asked[0]?.answer({ outcome: 'done', result });
    await turn();
    await house.pass(2);
    expect(house.log.said.find(({ type }) => type === 'TaskAttemptFailed')?.data).toMatchObject({
      failureSource: 'bad_output',
      failureMessage: '/result/reasoning must match pattern',
    });
  });
});
