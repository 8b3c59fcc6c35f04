import type {
  AgentGranted,
  AgentLost,
  AgentRegistered,
  AgentRestored,
  AgentRetired,
  AgentReturned,
  AgentTripped,
  Recorded,
  TaskLeased,
  TaskType,
  TaskUnroutable,
} from '@tocsin/contracts';
import { keptAsJson, type LocalModel } from '@tocsin/event-log';
import { agentOf, EMPTY_POOL, NEW_AGENT, type AgentRecord, type PoolRecord } from '../domain/agent-health.ts';

/** The facts after which an agent may be better or worse than before. */
export type AgentFact = AgentLost | AgentReturned | AgentRetired | AgentTripped | AgentRestored;

export type PoolFact = AgentFact | AgentRegistered | AgentGranted | TaskUnroutable | TaskLeased;

/** The agents of each pool: whether one is missed depends on what the others can do. */
export const poolRecords: LocalModel<PoolRecord, PoolFact> = {
  name: 'pool-record',
  hears: [
    'AgentRegistered',
    'AgentGranted',
    'AgentRetired',
    'AgentLost',
    'AgentReturned',
    'AgentTripped',
    'AgentRestored',
    'TaskUnroutable',
    'TaskLeased',
  ],
  keyOf: ({ data }) => data.pool,
  fold(pool = EMPTY_POOL, { type, data }: Recorded<PoolFact>) {
    switch (type) {
      case 'AgentRegistered': {
        const agent = agentOf(pool, data.agentId) ?? NEW_AGENT;
        const { agentId, capabilities } = data;
        return { ...pool, agents: { ...pool.agents, [agentId]: { ...agent, capabilities, lost: null } } };
      }
      case 'AgentGranted':
        return { ...pool, grants: { ...pool.grants, [data.agentId]: data.capabilities } };
      case 'AgentRetired':
        return { ...pool, agents: without(pool.agents, data.agentId) };
      case 'AgentLost': {
        const { agentId, silentMs, held } = data;
        return changed(pool, agentId, (agent) => ({ ...agent, lost: { silentMs, held } }));
      }
      case 'AgentReturned':
        return changed(pool, data.agentId, (agent) => ({ ...agent, lost: null }));
      case 'AgentTripped': {
        const { agentId, taskType, weight } = data;
        return changed(pool, agentId, (agent) => ({
          ...agent,
          tripped: [...others(agent.tripped, taskType), { taskType, weight }],
        }));
      }
      case 'AgentRestored':
        return changed(pool, data.agentId, (agent) => ({ ...agent, tripped: others(agent.tripped, data.taskType) }));
      case 'TaskUnroutable':
        return { ...pool, waiting: { ...pool.waiting, [data.taskType]: data.needs } };
      case 'TaskLeased':
        // Somebody can do such a task again.
        return pool.waiting[data.taskType] === undefined
          ? pool
          : { ...pool, waiting: without(pool.waiting, data.taskType) };
    }
  },
  ...keptAsJson({ table: 'pool_record', key: 'pool', value: 'record' }),
};

/** An agent that has left meanwhile has nothing to change. */
function changed(pool: PoolRecord, agentId: string, change: (agent: AgentRecord) => AgentRecord): PoolRecord {
  const agent = agentOf(pool, agentId);
  return agent === undefined ? pool : { ...pool, agents: { ...pool.agents, [agentId]: change(agent) } };
}

const without = <Value>(all: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(all).filter(([other]) => other !== name));

const others = (tripped: AgentRecord['tripped'], type: TaskType): AgentRecord['tripped'] =>
  tripped.filter(({ taskType }) => taskType !== type);
