import type {
  AgentGranted,
  AgentLost,
  AgentProbed,
  AgentRegistered,
  AgentRestored,
  AgentRetired,
  AgentReturned,
  AgentTripped,
  Recorded,
  ResultIgnored,
  TaskAttemptFailed,
  TaskCompleted,
  TaskLeased,
  TaskReleased,
  TaskType,
} from '@tocsin/contracts';
import type { Instant, Pair } from '@tocsin/domain-kit';
import type { Fields, Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { breakersAfter, type AgentBreaker } from './agent-breakers.ts';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** A task that an agent has. Spelled as it is answered. */
export type HeldTask = {
  readonly task_id: string;
  readonly task_type: TaskType;
  readonly pair: Pair;
  readonly fencing_token: number;
  readonly attempt: number;
  readonly leased_at: Instant;
};

/** The newest fact in which an agent had its say. Spelled as it is answered. */
type LastSeen = {
  readonly event: AgentEvent['type'];
  readonly event_id: string;
  readonly position: number;
  readonly at: Instant;
};

/** One row per agent that anything was said of: what it can and may do, whether it is there, and how it has fared. */
@Entity('agent')
export class AgentRow {
  @PrimaryColumn('text') readonly agentId!: string;
  /** An agent may be granted something before it has ever registered. */
  @Column('text') readonly liveness!: 'unregistered' | 'idle' | 'busy' | 'lost' | 'retired';
  /** What it says that it can do, what it may do, and what is both: a task goes by the last. */
  @Column('jsonb') readonly capabilities!: readonly string[];
  @Column('jsonb') readonly grants!: readonly string[];
  @Column('jsonb') readonly canDo!: readonly string[];
  @Column('integer', { nullable: true }) readonly parallelMax!: number | null;
  @Column('text', { nullable: true }) readonly instance!: string | null;
  /** Oldest first. */
  @Column('jsonb') readonly leases!: readonly HeldTask[];
  @Column('jsonb') readonly breakers!: readonly AgentBreaker[];
  @Column('integer') readonly tasksCompleted!: number;
  /** Attempts of its own that failed. */
  @Column('integer') readonly tasksFailed!: number;
  /** Tasks that were taken from it. */
  @Column('integer') readonly tasksReleased!: number;
  @Column('integer') readonly resultsIgnored!: number;
  /** When it was heard of first; lists are sorted by it. */
  @InstantColumn() readonly firstAt!: Instant;
  @InstantColumn({ nullable: true }) readonly registeredAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly lostAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly retiredAt!: Instant | null;
  @Column('jsonb', { nullable: true }) readonly lastSeen!: LastSeen | null;
  @WholeNumberColumn() readonly position!: number;
}

type AgentEvent =
  | AgentRegistered
  | AgentGranted
  | AgentRetired
  | AgentLost
  | AgentReturned
  | AgentTripped
  | AgentProbed
  | AgentRestored
  | TaskLeased
  | TaskReleased
  | TaskAttemptFailed
  | TaskCompleted
  | ResultIgnored;

export const agent: Projection<AgentRow, AgentEvent> = {
  name: 'agent',
  version: 1,
  lane: 'analysis',
  row: AgentRow,
  hears: [
    'AgentRegistered',
    'AgentGranted',
    'AgentRetired',
    'AgentLost',
    'AgentReturned',
    'AgentTripped',
    'AgentProbed',
    'AgentRestored',
    'TaskLeased',
    'TaskReleased',
    'TaskAttemptFailed',
    'TaskCompleted',
    'ResultIgnored',
  ],
  keyOf: ({ data }) => data.agentId,

  evolve(row, event) {
    const { agentId, at } = event.data;
    const before = row ?? { ...UNHEARD, agentId, firstAt: at };
    const after = { ...before, ...changesBy(before, event), position: event.position };
    return { ...after, liveness: livenessOf(after) };
  },
};

const UNHEARD = {
  liveness: 'unregistered',
  capabilities: [],
  grants: [],
  canDo: [],
  parallelMax: null,
  instance: null,
  leases: [],
  breakers: [],
  tasksCompleted: 0,
  tasksFailed: 0,
  tasksReleased: 0,
  resultsIgnored: 0,
  registeredAt: null,
  lostAt: null,
  retiredAt: null,
  lastSeen: null,
  position: 0,
} as const;

type Agent = Fields<AgentRow>;

function changesBy(before: Agent, event: Recorded<AgentEvent>): Partial<Agent> {
  const { type, data } = event;
  switch (type) {
    case 'AgentRegistered': {
      const { capabilities, parallelMax, instance, at } = data;
      return {
        ...{ capabilities, canDo: inBoth(capabilities, before.grants), parallelMax, instance },
        ...{ registeredAt: at, lostAt: null, retiredAt: null, lastSeen: sightOf(event) },
      };
    }
    case 'AgentGranted':
      return { grants: data.capabilities, canDo: inBoth(before.capabilities, data.capabilities) };
    case 'AgentRetired':
      // Whoever comes back under this name begins anew, as it does in the pool.
      return { retiredAt: data.at, lostAt: null, leases: [], breakers: [] };
    case 'AgentLost':
      return { lostAt: data.at };
    case 'AgentReturned':
      return { lostAt: null, lastSeen: sightOf(event) };
    case 'AgentTripped':
    case 'AgentProbed':
    case 'AgentRestored':
      return { breakers: breakersAfter(before.breakers, event) };
    case 'TaskLeased':
      return { leases: [...before.leases, heldBy(data)] };
    case 'TaskReleased':
      return { leases: without(before.leases, data), tasksReleased: before.tasksReleased + 1 };
    case 'TaskAttemptFailed':
    case 'TaskCompleted':
      return {
        leases: without(before.leases, data),
        breakers: breakersAfter(before.breakers, event),
        lastSeen: sightOf(event),
        ...(type === 'TaskCompleted'
          ? { tasksCompleted: before.tasksCompleted + 1 }
          : { tasksFailed: before.tasksFailed + 1 }),
      };
    case 'ResultIgnored':
      return { resultsIgnored: before.resultsIgnored + 1, lastSeen: sightOf(event) };
  }
}

function livenessOf({ registeredAt, retiredAt, lostAt, leases }: Agent): Agent['liveness'] {
  if (registeredAt === null) return 'unregistered';
  if (retiredAt !== null) return 'retired';
  if (lostAt !== null) return 'lost';
  return leases.length > 0 ? 'busy' : 'idle';
}

const inBoth = (said: readonly string[], granted: readonly string[]): readonly string[] =>
  said.filter((capability) => granted.includes(capability));

const heldBy = ({ taskId, taskType, pair, fencingToken, attempt, at }: TaskLeased['data']): HeldTask => ({
  task_id: taskId,
  task_type: taskType,
  pair,
  fencing_token: fencingToken,
  attempt,
  leased_at: at,
});

const without = (leases: readonly HeldTask[], { fencingToken }: { readonly fencingToken: number }) =>
  leases.filter(({ fencing_token }) => fencing_token !== fencingToken);

const sightOf = ({ type, id, position, data }: Recorded<AgentEvent>): LastSeen => ({
  event: type,
  event_id: id,
  position,
  at: data.at,
});
