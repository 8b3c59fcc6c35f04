import type { AgentLost, AgentTripped, TaskType, TaskUnroutable } from '@tocsin/contracts';
import type { Level } from './level.ts';

type Capabilities = TaskUnroutable['data']['needs'];

/** An agent that has registered and not left, as far as it can be in trouble. */
export interface AgentRecord {
  /** What it says that it can do. */
  readonly capabilities: Capabilities;
  /** It has not been heard of for too long; null while it is. */
  readonly lost: Pick<AgentLost['data'], 'silentMs' | 'held'> | null;
  /** The types of tasks at which it failed too often, each with what its failures weigh. */
  readonly tripped: readonly Pick<AgentTripped['data'], 'taskType' | 'weight'>[];
}

/** All agents, what they may do, and what waits in vain for one of them. */
export interface PoolRecord {
  readonly agents: Readonly<Record<string, AgentRecord>>;
  /** Kept for whoever has left too, for it may come back. */
  readonly grants: Readonly<Record<string, Capabilities>>;
  /** What an agent needs for the types of tasks that nobody could do when last told. */
  readonly waiting: Readonly<Partial<Record<TaskType, Capabilities>>>;
}

export const EMPTY_POOL: PoolRecord = { agents: {}, grants: {}, waiting: {} };

export const NEW_AGENT: AgentRecord = { capabilities: [], lost: null, tripped: [] };

/** An agent by its name. Names are somebody else's: `constructor` is one, and no agent because of that. */
export const agentOf = ({ agents }: Pick<PoolRecord, 'agents'>, agentId: string): AgentRecord | undefined =>
  Object.hasOwn(agents, agentId) ? agents[agentId] : undefined;

/** What is wrong with an agent, worst first. */
export function agentHealth(pool: PoolRecord, agentId: string): { readonly level: Level; readonly cause: string } {
  const agent = agentOf(pool, agentId);
  if (agent === undefined) return { level: 'INFO', cause: 'It left in good order.' };
  if (agent.lost !== null) {
    const { silentMs, held } = agent.lost;
    const silence = `Not heard of for ${Math.floor(silentMs / 1_000)} s; ${tasks(held)} went to others.`;
    const missed = missedBy(pool, agentId);
    return missed.length === 0
      ? { level: 'WARN', cause: silence }
      : { level: 'ERROR', cause: `${silence} It was the last that could do ${missed.join(' and ')}, which waits.` };
  }
  if (agent.tripped.length > 0) {
    const told = agent.tripped.map(({ taskType, weight }) => `${taskType} (its failures weigh ${weight})`);
    return { level: 'WARN', cause: `It gets no tasks for a while of type ${told.join(' and ')}.` };
  }
  return { level: 'INFO', cause: 'It is heard of, and gets tasks.' };
}

/** The lost agents that could do what waits: nobody else can, or it would not wait in vain. */
export const missedAgents = (pool: PoolRecord): readonly string[] =>
  Object.keys(pool.agents).filter((agentId) => {
    const isLost = (pool.agents[agentId]?.lost ?? null) !== null;
    return isLost && missedBy(pool, agentId).length > 0;
  });

/** The types of tasks that wait, and that this agent could and might do. */
function missedBy({ agents, grants, waiting }: PoolRecord, agentId: string): readonly string[] {
  const said = agentOf({ agents }, agentId)?.capabilities ?? [];
  const granted = Object.hasOwn(grants, agentId) ? (grants[agentId] ?? []) : [];
  return Object.entries(waiting)
    .filter(([, needs]) => needs.every((need) => said.includes(need) && granted.includes(need)))
    .map(([taskType]) => taskType);
}

const tasks = (count: number): string => (count === 1 ? 'its task' : `its ${count} tasks`);
