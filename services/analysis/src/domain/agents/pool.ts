import type {
  AgentGranted,
  AgentLost,
  AgentProbed,
  AgentRegistered,
  AgentRestored,
  AgentRetired,
  AgentReturned,
  AgentTripped,
  ResultIgnored,
  TaskAttemptFailed,
  TaskCompleted,
  TaskFailed,
  TaskInput,
  TaskLeased,
  TaskQueued,
  TaskReleased,
  TaskType,
  TaskUnroutable,
} from '@tocsin/contracts';
import type { Instant, Pair } from '@tocsin/domain-kit';
import type { Breaker } from './agent-breaker.ts';

/** The name of an agent. */
export type AgentId = AgentRegistered['data']['agentId'];

/** Something that an agent can do, or may. */
export type Capability = AgentRegistered['data']['capabilities'][number];

/** The one pool of this house; agents and tasks are decided about together, because every task is a choice among them. */
export const POOL = 'shared';

/** An agent that has registered: what it says it can do, and whether it is there to do it. */
export interface Agent {
  readonly capabilities: readonly Capability[];
  readonly parallelMax: number;
  readonly instance: string;
  readonly isLost: boolean;
  /** Its breakers by type of task; a type it has never failed at has none. */
  readonly breakers: Readonly<Partial<Record<TaskType, Breaker>>>;
}

/** A task that is not over. */
export interface Task {
  readonly taskId: string;
  readonly taskType: TaskType;
  readonly pair: Pair;
  readonly input: TaskInput;
  readonly submittedAt: Instant;
  /** How many attempts have begun. */
  readonly attempts: number;
  /** Whether it was said that nobody can do it. */
  readonly isUnroutable: boolean;
  /** Who had it in vain: others are tried first. */
  readonly triedBy: readonly AgentId[];
  /** Who has it, and by which token; null while it waits. */
  readonly lease: Lease | null;
}

export interface Lease {
  readonly agentId: AgentId;
  readonly fencingToken: number;
}

/** How a task ended, as long as that is remembered. */
export interface EndedTask {
  readonly taskId: string;
  /** The lease whose result counted; null when it failed. */
  readonly appliedToken: number | null;
}

/** All agents and tasks, and who has what. */
export interface Pool {
  readonly agents: Readonly<Record<AgentId, Agent>>;
  /** What each agent may do, whether it has registered or not. */
  readonly grants: Readonly<Record<AgentId, readonly Capability[]>>;
  /** Tasks that are not over, oldest first; a task keeps its place when it goes to another agent. */
  readonly tasks: readonly Task[];
  /** The newest `ENDED_KEPT` ended tasks, oldest first. */
  readonly ended: readonly EndedTask[];
  /** The greatest fencing token given so far. */
  readonly lastToken: number;
}

/** So many ended tasks are remembered, to tell a late result from one of a task that never was. */
export const ENDED_KEPT = 200;

/** More agents than this are somebody's mistake. */
export const AGENTS_MAX = 64;

/** So many attempts a task has: one that brings down every agent must not bring down all of them. */
export const ATTEMPTS_MAX = 3;

export type PoolEvent =
  | AgentRegistered
  | AgentGranted
  | AgentRetired
  | AgentLost
  | AgentReturned
  | AgentTripped
  | AgentProbed
  | AgentRestored
  | TaskQueued
  | TaskUnroutable
  | TaskLeased
  | TaskReleased
  | TaskAttemptFailed
  | TaskFailed
  | TaskCompleted
  | ResultIgnored;

/** Why a request is not done. */
export type PoolRefusal =
  | 'pool-full'
  | 'agent-unknown'
  | 'queue-full'
  | 'task-already-known'
  | 'pair-mismatch'
  | 'task-unknown'
  | 'analyzed-in-future';

export const EMPTY_POOL: Pool = { agents: {}, grants: {}, tasks: [], ended: [], lastToken: 0 };

/** An agent by its name. Names are somebody else's: `constructor` is one, and no agent because of that. */
export const agentOf = ({ agents }: Pool, agentId: AgentId): Agent | undefined =>
  Object.hasOwn(agents, agentId) ? agents[agentId] : undefined;

/** What an agent may do; nothing where nobody ever said. */
export const grantedTo = ({ grants }: Pool, agentId: AgentId): readonly Capability[] =>
  Object.hasOwn(grants, agentId) ? (grants[agentId] ?? []) : [];

export const taskOf = (pool: Pool, taskId: string): Task | null =>
  pool.tasks.find((task) => task.taskId === taskId) ?? null;

export const endedOf = (pool: Pool, taskId: string): EndedTask | null =>
  pool.ended.find((task) => task.taskId === taskId) ?? null;

/** The tasks that an agent has. */
export const heldBy = (pool: Pool, agentId: AgentId): readonly Task[] =>
  pool.tasks.filter(({ lease }) => lease?.agentId === agentId);
