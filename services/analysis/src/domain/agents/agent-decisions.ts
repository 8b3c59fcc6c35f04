import { refuse, type Refusal } from '@tocsin/domain-kit';
import type { Asked, ReleaseReason } from './pool.commands.ts';
import {
  agentOf,
  AGENTS_MAX,
  ATTEMPTS_MAX,
  grantedTo,
  heldBy,
  POOL,
  type Pool,
  type PoolEvent,
  type PoolRefusal,
  type Task,
} from './pool.ts';
import { breakerOf } from './routing.ts';

/** An agent says what it can do. Only what it says is `true` counts: a name alone is no ability. */
export function registered(pool: Pool, asked: Asked<'RegisterAgent'>): readonly PoolEvent[] | Refusal<PoolRefusal> {
  const { agentId, parallelMax, instance, at } = asked;
  const known = agentOf(pool, agentId);
  if (known === undefined && Object.keys(pool.agents).length >= AGENTS_MAX)
    return refuse('pool-full', `There are ${AGENTS_MAX} agents already; one has to leave first.`);
  const capabilities = Object.keys(asked.capabilities)
    .filter((name) => asked.capabilities[name] === true)
    .sort();
  const isTheSame =
    known?.parallelMax === parallelMax &&
    known.instance === instance &&
    known.capabilities.join() === capabilities.join();
  return [
    ...(isTheSame
      ? []
      : [{ type: 'AgentRegistered', data: { pool: POOL, agentId, capabilities, parallelMax, instance, at } } as const]),
    ...(known?.isLost === true ? [{ type: 'AgentReturned', data: { pool: POOL, agentId, at } } as const] : []),
  ];
}

export function granted(pool: Pool, { agentId, capabilities, by, at }: Asked<'GrantAgent'>): readonly PoolEvent[] {
  const all = [...new Set(capabilities)].sort();
  return grantedTo(pool, agentId).join() === all.join()
    ? []
    : [{ type: 'AgentGranted', data: { pool: POOL, agentId, capabilities: all, by, at } }];
}

export function retired(
  pool: Pool,
  { agentId, at }: Asked<'RetireAgent'>,
): readonly PoolEvent[] | Refusal<PoolRefusal> {
  if (agentOf(pool, agentId) === undefined) return refuse('agent-unknown', `No agent ${agentId} has registered.`);
  return [
    ...heldBy(pool, agentId).flatMap((task) => released(task, 'agent-retired', at)),
    { type: 'AgentRetired', data: { pool: POOL, agentId, at } },
  ];
}

/** A lost agent's tasks are free at once: others have them before anybody has noticed. */
export function lost(pool: Pool, { agentId, silentMs, at }: Asked<'ReportSilence'>): readonly PoolEvent[] {
  const agent = agentOf(pool, agentId);
  if (agent === undefined || agent.isLost) return [];
  const held = heldBy(pool, agentId);
  return [
    { type: 'AgentLost', data: { pool: POOL, agentId, silentMs, held: held.length, at } },
    ...held.flatMap((task) => released(task, 'agent-lost', at)),
  ];
}

export const returned = (pool: Pool, { agentId, at }: Asked<'ReportReturn'>): readonly PoolEvent[] =>
  agentOf(pool, agentId)?.isLost === true ? [{ type: 'AgentReturned', data: { pool: POOL, agentId, at } }] : [];

/** After its rest an agent gets one task to show that it can do them again. */
export function cooled(pool: Pool, { agentId, taskType, at }: Asked<'CoolBreaker'>): readonly PoolEvent[] {
  const agent = agentOf(pool, agentId);
  return agent !== undefined && breakerOf(agent, taskType).state === 'open'
    ? [{ type: 'AgentProbed', data: { pool: POOL, agentId, taskType, at } }]
    : [];
}

/** Takes a task from whoever has it; after the last attempt it is over. */
export function released(task: Task, reason: ReleaseReason, at: Asked<'ReleaseTask'>['at']): readonly PoolEvent[] {
  const { taskId, taskType, pair, lease, attempts } = task;
  if (lease === null) return [];
  const taken: PoolEvent = { type: 'TaskReleased', data: { pool: POOL, taskId, taskType, pair, ...lease, reason, at } };
  // An agent that leaves in good order says nothing about the task.
  if (attempts < ATTEMPTS_MAX || reason === 'agent-retired') return [taken];
  const errorCode = reason === 'overdue' ? 'AGENT_TIMEOUT' : 'AGENT_CRASH';
  const failureMessage = `${WORDS[reason]}, and it was attempt ${attempts} of ${ATTEMPTS_MAX}.`;
  return [
    taken,
    { type: 'TaskFailed', data: { pool: POOL, taskId, taskType, pair, attempts, errorCode, failureMessage, at } },
  ];
}

const WORDS = {
  'agent-lost': 'The agent fell silent',
  'no-progress': 'The agent did not name the task among its work',
  overdue: 'The agent took too long',
} as const satisfies Record<Exclude<ReleaseReason, 'agent-retired'>, string>;
