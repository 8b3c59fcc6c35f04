import type { AgentFailureSource, TaskFailedData } from '@tocsin/contracts';
import { msBetween, pairOf, refuse, type Refusal } from '@tocsin/domain-kit';
import { opensBy, weighed, WEIGHTS } from './agent-breaker.ts';
import { released } from './agent-decisions.ts';
import type { Asked } from './pool.commands.ts';
import {
  agentOf,
  ATTEMPTS_MAX,
  endedOf,
  POOL,
  taskOf,
  type Pool,
  type PoolEvent,
  type PoolRefusal,
  type Task,
} from './pool.ts';
import { breakerOf, isRoutable } from './routing.ts';
import { NEEDS } from './task-needs.ts';

/** An agent's clock may be ahead of ours by this much. */
const AHEAD_MAX_MS = 5_000;

/** Takes a task on. Types are counted apart, so too many of one never keep another out. */
export function queued(pool: Pool, asked: Asked<'SubmitTask'>): readonly PoolEvent[] | Refusal<PoolRefusal> {
  const { taskId, taskType, pair, input, by, queueMax, at } = asked;
  if (taskOf(pool, taskId) !== null || endedOf(pool, taskId) !== null)
    return refuse('task-already-known', `Task ${taskId} was taken on before.`);
  const named = pairOf(input.symbol, input.timeframe);
  if (named !== pair) return refuse('pair-mismatch', `The input is about ${named}, not about ${pair}.`);
  const waiting = pool.tasks.filter((task) => task.taskType === taskType && task.lease === null).length;
  if (waiting >= queueMax)
    return refuse('queue-full', `${waiting} tasks of type ${taskType} wait already; try again later.`);
  return [{ type: 'TaskQueued', data: { pool: POOL, taskId, taskType, pair, input, submittedBy: by, at } }];
}

/** The result of whoever has the task counts, once. Any other is kept and changes nothing. */
export function completed(pool: Pool, brought: Asked<'CompleteTask'>): readonly PoolEvent[] | Refusal<PoolRefusal> {
  const { taskId, agentId, fencingToken, result, at } = brought;
  const task = taskOf(pool, taskId);
  if (!isHolder(task, brought)) return late(pool, brought, result);
  if (msBetween(at, result.analyzedAt) > AHEAD_MAX_MS)
    return refuse('analyzed-in-future', `analyzedAt ${result.analyzedAt} lies after ${at}; set the agent's clock.`);
  const { taskType, pair, attempts: attempt, input, submittedAt } = task;
  const agent = agentOf(pool, agentId);
  const hasTripped = agent !== undefined && breakerOf(agent, taskType).state !== 'closed';
  const about = { pool: POOL, taskId, taskType, pair, agentId, fencingToken, attempt, input };
  return [
    { type: 'TaskCompleted', data: { ...about, result, submittedAt, at } },
    ...(hasTripped ? [{ type: 'AgentRestored', data: { pool: POOL, agentId, taskType, at } } as const] : []),
  ];
}

/** A failed attempt weighs on the agent by whose fault it was, and the task goes on until it has had its attempts. */
export function attemptFailed(pool: Pool, told: Asked<'FailTask'>): readonly PoolEvent[] | Refusal<PoolRefusal> {
  const { taskId, agentId, fencingToken, failureSource, failureMessage, at } = told;
  const task = taskOf(pool, taskId);
  if (!isHolder(task, told)) return late(pool, told, null);
  const { taskType, pair, attempts } = task;
  const weight = WEIGHTS[failureSource];
  const about = { pool: POOL, taskId, taskType, pair };
  const failure = { ...about, agentId, fencingToken, attempt: attempts, failureSource, failureMessage, weight, at };
  return [
    { type: 'TaskAttemptFailed', data: failure },
    ...tripped(pool, told, taskType, weight),
    ...(attempts < ATTEMPTS_MAX
      ? []
      : [
          {
            type: 'TaskFailed',
            data: { ...about, attempts, errorCode: CODES[failureSource], failureMessage, at },
          } as const,
        ]),
  ];
}

/** What the watch saw of a lease may be over by now. */
export function leaseEnded(pool: Pool, seen: Asked<'ReleaseTask'>): readonly PoolEvent[] {
  const task = taskOf(pool, seen.taskId);
  return isHolder(task, seen) ? released(task, seen.reason, seen.at) : [];
}

/** A task that waits for a busy agent is in order; one that nobody can do is not, and that is said once. */
export function unroutable(pool: Pool, { taskId, waitedMs, at }: Asked<'ReportWaiting'>): readonly PoolEvent[] {
  const task = taskOf(pool, taskId);
  if (task === null || task.lease !== null || task.isUnroutable || isRoutable(pool, task.taskType)) return [];
  const { taskType, pair } = task;
  return [
    { type: 'TaskUnroutable', data: { pool: POOL, taskId, taskType, pair, needs: NEEDS[taskType], waitedMs, at } },
  ];
}

const CODES: Readonly<Record<AgentFailureSource, TaskFailedData['errorCode']>> = {
  sovereign_timeout: 'AGENT_TIMEOUT',
  agent_crash: 'AGENT_CRASH',
  network_error: 'NETWORK_ERROR',
  bad_output: 'BAD_OUTPUT',
  capacity: 'RATE_LIMITED',
  unknown: 'INTERNAL',
};

const isHolder = (
  task: Task | null,
  { agentId, fencingToken }: Asked<'ReleaseTask'> | Asked<'FailTask'> | Asked<'CompleteTask'>,
): task is Task => task?.lease?.agentId === agentId && task.lease.fencingToken === fencingToken;

function late(
  pool: Pool,
  { taskId, agentId, fencingToken, at }: Asked<'CompleteTask'> | Asked<'FailTask'>,
  result: Asked<'CompleteTask'>['result'] | null,
): readonly PoolEvent[] | Refusal<PoolRefusal> {
  const ended = endedOf(pool, taskId);
  if (ended === null && taskOf(pool, taskId) === null)
    return refuse('task-unknown', `There is no task ${taskId}, or it ended long ago.`);
  if (result !== null && ended?.appliedToken === fencingToken) return []; // The agent did not hear that it counted.
  const reason = ended === null ? 'lease-over' : 'task-ended';
  return [{ type: 'ResultIgnored', data: { pool: POOL, taskId, agentId, fencingToken, reason, result, at } }];
}

function tripped(
  pool: Pool,
  { agentId, at }: Asked<'FailTask'>,
  taskType: Task['taskType'],
  weight: number,
): readonly PoolEvent[] {
  const agent = agentOf(pool, agentId);
  if (agent === undefined) return [];
  const breaker = breakerOf(agent, taskType);
  if (!opensBy(breaker, weight)) return [];
  const after = weighed(breaker, weight);
  const total = after.state === 'closed' ? after.weight : weight;
  return [{ type: 'AgentTripped', data: { pool: POOL, agentId, taskType, weight: total, at } }];
}
