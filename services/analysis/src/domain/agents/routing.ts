import type { TaskType } from '@tocsin/contracts';
import { UNTROUBLED, type Breaker } from './agent-breaker.ts';
import { grantedTo, heldBy, type Agent, type AgentId, type Pool, type Task } from './pool.ts';
import { NEEDS } from './task-needs.ts';

/** A waiting task and the agent that is to have it. */
export interface Assignment {
  readonly task: Task;
  readonly agentId: AgentId;
}

/**
 * The next assignment, or null while no waiting task can go anywhere. The oldest task goes first, but only one of a
 * type is out for a pair at a time, so results of a pair come in the order in which they were asked for. Of the agents
 * that are able, allowed and there, those that have not had it in vain come first, then the least busy, then the first
 * by name.
 */
export function nextAssignment(pool: Pool): Assignment | null {
  const occupied = new Set<string>();
  for (const task of pool.tasks) {
    const place = `${task.taskType}/${task.pair}`;
    if (occupied.has(place)) continue;
    occupied.add(place); // Whatever becomes of this one, it is the oldest there.
    if (task.lease !== null) continue;
    const agentId = agentFor(pool, task);
    if (agentId !== null) return { task, agentId };
  }
  return null;
}

/** Whether any agent that is there can and may do tasks of that type, busy or not. */
export const isRoutable = (pool: Pool, taskType: TaskType): boolean =>
  Object.entries(pool.agents).some(([agentId, agent]) => !agent.isLost && isEligible(pool, agentId, agent, taskType));

export const breakerOf = ({ breakers }: Agent, taskType: TaskType): Breaker => breakers[taskType] ?? UNTROUBLED;

function agentFor(pool: Pool, { taskType, triedBy }: Task): AgentId | null {
  const hasTried = (agentId: AgentId): number => (triedBy.includes(agentId) ? 1 : 0);
  const free = Object.entries(pool.agents)
    .filter(([agentId, agent]) => isEligible(pool, agentId, agent, taskType))
    .map(([agentId, agent]) => ({ agentId, agent, held: heldBy(pool, agentId) }))
    .filter(({ agent, held }) => hasRoom(agent, held, taskType))
    .sort(
      (a, b) =>
        hasTried(a.agentId) - hasTried(b.agentId) || a.held.length - b.held.length || (a.agentId < b.agentId ? -1 : 1),
    );
  return free[0]?.agentId ?? null;
}

/** Able by its own word, and allowed by somebody else's. */
function isEligible(pool: Pool, agentId: AgentId, agent: Agent, taskType: TaskType): boolean {
  const granted = grantedTo(pool, agentId);
  return NEEDS[taskType].every((need) => agent.capabilities.includes(need) && granted.includes(need));
}

function hasRoom(agent: Agent, held: readonly Task[], taskType: TaskType): boolean {
  if (agent.isLost || held.length >= agent.parallelMax) return false;
  switch (breakerOf(agent, taskType).state) {
    case 'closed':
      return true;
    case 'open':
      return false;
    case 'half-open':
      return !held.some((task) => task.taskType === taskType);
  }
}
