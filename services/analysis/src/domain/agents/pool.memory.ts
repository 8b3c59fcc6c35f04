import { UNTROUBLED, weighed, type Breaker } from './agent-breaker.ts';
import { breakerOf } from './routing.ts';
import { agentOf, ENDED_KEPT, type Agent, type AgentId, type Pool, type PoolEvent, type Task } from './pool.ts';
import type { TaskType } from '@tocsin/contracts';

/** The pool after a fact about it. */
export function evolvePool(pool: Pool, { type, data }: PoolEvent): Pool {
  switch (type) {
    case 'AgentRegistered': {
      const { agentId, capabilities, parallelMax, instance } = data;
      const breakers = agentOf(pool, agentId)?.breakers ?? {};
      return withAgent(pool, agentId, { capabilities, parallelMax, instance, isLost: false, breakers });
    }
    case 'AgentGranted':
      return { ...pool, grants: { ...pool.grants, [data.agentId]: data.capabilities } };
    case 'AgentRetired': {
      const staying = Object.entries(pool.agents).filter(([agentId]) => agentId !== data.agentId);
      return { ...pool, agents: Object.fromEntries(staying) };
    }
    case 'AgentLost':
      return changed(pool, data.agentId, (agent) => ({ ...agent, isLost: true }));
    case 'AgentReturned':
      return changed(pool, data.agentId, (agent) => ({ ...agent, isLost: false }));
    case 'AgentTripped':
      return withBreaker(pool, data.agentId, data.taskType, () => ({ state: 'open' }));
    case 'AgentProbed':
      return withBreaker(pool, data.agentId, data.taskType, () => ({ state: 'half-open' }));
    case 'AgentRestored':
      return withBreaker(pool, data.agentId, data.taskType, () => UNTROUBLED);

    case 'TaskQueued': {
      const { taskId, taskType, pair, input, at } = data;
      const task = {
        taskId,
        taskType,
        pair,
        input,
        submittedAt: at,
        attempts: 0,
        isUnroutable: false,
        triedBy: [],
        lease: null,
      };
      return { ...pool, tasks: [...pool.tasks, task] };
    }
    case 'TaskUnroutable':
      return withTask(pool, data.taskId, (task) => ({ ...task, isUnroutable: true }));
    case 'TaskLeased': {
      const { taskId, agentId, fencingToken, attempt } = data;
      const lease = { agentId, fencingToken };
      const leased = withTask(pool, taskId, (task) => ({ ...task, attempts: attempt, isUnroutable: false, lease }));
      return { ...leased, lastToken: fencingToken };
    }
    case 'TaskReleased':
      return withTask(pool, data.taskId, (task) => triedInVain(task, data.agentId));
    case 'TaskAttemptFailed': {
      const waiting = withTask(pool, data.taskId, (task) => triedInVain(task, data.agentId));
      return withBreaker(waiting, data.agentId, data.taskType, (breaker) => weighed(breaker, data.weight));
    }
    case 'TaskFailed':
      return over(pool, data.taskId, null);
    case 'TaskCompleted': {
      const ended = over(pool, data.taskId, data.fencingToken);
      return withBreaker(ended, data.agentId, data.taskType, () => UNTROUBLED);
    }
    case 'ResultIgnored':
      return pool;
  }
}

const withAgent = (pool: Pool, agentId: AgentId, agent: Agent): Pool => ({
  ...pool,
  agents: { ...pool.agents, [agentId]: agent },
});

/** An agent that has left meanwhile has nothing to change. */
function changed(pool: Pool, agentId: AgentId, change: (agent: Agent) => Agent): Pool {
  const agent = agentOf(pool, agentId);
  return agent === undefined ? pool : withAgent(pool, agentId, change(agent));
}

const withBreaker = (pool: Pool, agentId: AgentId, taskType: TaskType, change: (before: Breaker) => Breaker): Pool =>
  changed(pool, agentId, (agent) => ({
    ...agent,
    breakers: { ...agent.breakers, [taskType]: change(breakerOf(agent, taskType)) },
  }));

const triedInVain = (task: Task, agentId: AgentId): Task => ({
  ...task,
  triedBy: [...task.triedBy.filter((other) => other !== agentId), agentId],
  lease: null,
});

const withTask = (pool: Pool, taskId: string, change: (task: Task) => Task): Pool => ({
  ...pool,
  tasks: pool.tasks.map((task) => (task.taskId === taskId ? change(task) : task)),
});

const over = (pool: Pool, taskId: string, appliedToken: number | null): Pool => ({
  ...pool,
  tasks: pool.tasks.filter((task) => task.taskId !== taskId),
  ended: [...pool.ended, { taskId, appliedToken }].slice(-ENDED_KEPT),
});
