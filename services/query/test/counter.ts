import type {
  AgentGranted,
  AgentRetired,
  GrantAgent,
  Requested,
  RetireAgent,
  SubmitTask,
  TaskQueued,
} from '@tocsin/contracts';
import { refuse, type Instant } from '@tocsin/domain-kit';
import { EventLog, Handles, to, type EntityType, type Wiring } from '@tocsin/event-log';

type Heard =
  | { readonly type: 'Queue'; readonly data: Omit<TaskQueued['data'], 'pool'> }
  | { readonly type: 'Grant'; readonly data: Omit<AgentGranted['data'], 'pool'> }
  | { readonly type: 'Retire'; readonly data: Omit<AgentRetired['data'], 'pool'> };

type Counter = { readonly waiting: number };

/** So many tasks wait at this counter, of whatever kind. */
export const WAITING_MAX = 2;

const POOL = 'shared';

const pool: EntityType<Heard, TaskQueued | AgentGranted | AgentRetired, Counter, 'queue-full' | 'agent-unknown'> = {
  type: 'pool',
  decider: {
    initialState: () => ({ waiting: 0 }),
    decide({ type, data }, { waiting }) {
      switch (type) {
        case 'Queue':
          if (waiting >= WAITING_MAX) return refuse('queue-full', `${waiting} tasks wait already; try again later.`);
          return [{ type: 'TaskQueued', data: { pool: POOL, ...data } }];
        case 'Grant':
          return [{ type: 'AgentGranted', data: { pool: POOL, ...data } }];
        case 'Retire':
          if (data.agentId !== 'agent-7') return refuse('agent-unknown', `No agent ${data.agentId} has registered.`);
          return [{ type: 'AgentRetired', data: { pool: POOL, ...data } }];
      }
    },
    evolve: ({ waiting }, { type }) => ({ waiting: type === 'TaskQueued' ? waiting + 1 : waiting }),
  },
};

class CounterController {
  @Handles('SubmitTask')
  onSubmitTask({ actor, data }: Requested<SubmitTask>, at: Instant) {
    return to(pool, POOL, { type: 'Queue', data: { ...data, submittedBy: actor, at } });
  }

  @Handles('GrantAgent')
  onGrantAgent({ actor, data }: Requested<GrantAgent>, at: Instant) {
    return to(pool, POOL, { type: 'Grant', data: { ...data, by: actor, at } });
  }

  @Handles('RetireAgent')
  onRetireAgent({ data }: Requested<RetireAgent>, at: Instant) {
    return to(pool, POOL, { type: 'Retire', data: { ...data, at } });
  }
}

/** A service in the place of analysis that takes tasks on until it is full, and does none of them. */
export async function openCounter(wiring: Wiring): Promise<EventLog> {
  const log = new EventLog({ service: 'analysis', hears: [], entities: [pool], locals: [], body: null }, wiring);
  await log.open([new CounterController()]);
  return log;
}
