import { isRefusal, instant, type Pair } from '@tocsin/domain-kit';
import type { TaskResult, TaskType } from '@tocsin/contracts';
import type { PoolCommand } from '../src/domain/agents/pool.commands.ts';
import { poolDecider } from '../src/domain/agents/pool.decider.ts';
import { heldBy, taskOf, type Capability, type Pool, type PoolEvent } from '../src/domain/agents/pool.ts';
import { NEEDS } from '../src/domain/agents/task-needs.ts';

export const at = instant('2026-11-24T10:00:00.000Z');
export const PAIR = 'EURUSD-15m' as Pair;

/** What an agent that means well comes to. */
export const result: TaskResult = {
  signal: 'BUY',
  confidenceRaw: 0.85,
  riskScore: 0.4,
  reasoning: 'Higher lows on rising volume.',
  model: 'local-70b',
  fallbackUsed: false,
  rawContentDigest: 'ab'.repeat(32),
  wyckoffPhase: null,
  leftOut: [],
  analyzedAt: at,
};

/** A pool that remembers what it said, for stories. */
export class PoolStory {
  pool: Pool = poolDecider.initialState();

  /** What the pool answers; it has happened then. A refusal is told by its name. */
  when(command: PoolCommand): readonly PoolEvent[] | string {
    const said = poolDecider.decide(command, this.pool);
    if (isRefusal(said)) return said.refused;
    this.pool = said.reduce(poolDecider.evolve, this.pool);
    return said;
  }

  /** The names of what the pool answers. */
  names(command: PoolCommand): readonly string[] | string {
    const said = this.when(command);
    return typeof said === 'string' ? said : said.map(({ type }) => type);
  }

  registers(agentId: string, capabilities: readonly Capability[], parallelMax = 1, instance = 'boot-1'): this {
    const declared = Object.fromEntries(capabilities.map((name) => [name, true]));
    this.when({ type: 'RegisterAgent', data: { agentId, capabilities: declared, parallelMax, instance, at } });
    return this;
  }

  isGranted(agentId: string, capabilities: readonly Capability[]): this {
    this.when({ type: 'GrantAgent', data: { agentId, capabilities, by: 'operator:mira', at } });
    return this;
  }

  /** An agent that can and may do tasks of a type. */
  hasAgent(agentId: string, taskType: TaskType = 'trading_signal', parallelMax = 1): this {
    return this.isGranted(agentId, NEEDS[taskType]).registers(agentId, NEEDS[taskType], parallelMax);
  }

  isAsked(taskId: string, taskType: TaskType = 'trading_signal', pair: Pair = PAIR): this {
    this.when(submit(taskId, taskType, pair));
    return this;
  }

  holderOf(taskId: string): string | null {
    return taskOf(this.pool, taskId)?.lease?.agentId ?? null;
  }

  tokenOf(taskId: string): number {
    return taskOf(this.pool, taskId)?.lease?.fencingToken ?? 0;
  }

  heldBy(agentId: string): readonly string[] {
    return heldBy(this.pool, agentId).map(({ taskId }) => taskId);
  }
}

export function submit(taskId: string, taskType: TaskType, pair: Pair, queueMax = 200): PoolCommand {
  const [symbol = '', timeframe] = pair.split('-');
  const input = {
    symbol,
    timeframe: timeframe === '1d' ? '1d' : '15m',
    barOpenAt: null,
    runId: null,
    question: null,
  } as const;
  return { type: 'SubmitTask', data: { taskId, taskType, pair, input, by: 'operator:mira', queueMax, at } };
}

export const complete = (taskId: string, agentId: string, fencingToken: number, told = result): PoolCommand => ({
  type: 'CompleteTask',
  data: { taskId, agentId, fencingToken, result: told, at },
});

export const fail = (
  taskId: string,
  agentId: string,
  fencingToken: number,
  failureSource: Extract<PoolCommand, { type: 'FailTask' }>['data']['failureSource'],
): PoolCommand => ({
  type: 'FailTask',
  data: { taskId, agentId, fencingToken, failureSource, failureMessage: 'It did not work.', at },
});

export const silence = (agentId: string): PoolCommand => ({
  type: 'ReportSilence',
  data: { agentId, silentMs: 45_100, at },
});
