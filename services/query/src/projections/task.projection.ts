import type {
  AgentSignalEmitted,
  Recorded,
  ResultIgnored,
  TaskAttemptFailed,
  TaskCompleted,
  TaskFailed,
  TaskLeased,
  TaskQueued,
  TaskReleased,
  TaskType,
  TaskUnroutable,
} from '@tocsin/contracts';
import type { Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Fields, Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';
import { broughtResult, judgedResult, type ResultShown } from './task-result.ts';

/** One lease of a task and how it ended. Spelled as it is answered. */
type TryShown = {
  readonly attempt: number;
  readonly agent_id: string;
  readonly fencing_token: number;
  readonly leased_at: Instant;
  readonly ended_at: Instant | null;
  readonly outcome: 'completed' | 'failed' | TaskReleased['data']['reason'] | null;
  readonly failure_source: TaskAttemptFailed['data']['failureSource'] | null;
  readonly failure_message: string | null;
};

/** One row per task: what is asked, who has it, and what it came to. */
@Entity('task')
export class TaskRow {
  @PrimaryColumn('text') readonly taskId!: string;
  @Column('text') readonly taskType!: TaskType;
  @Column('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  @InstantColumn({ nullable: true }) readonly barOpenAt!: Instant | null;
  @Column('text', { nullable: true }) readonly runId!: string | null;
  @Column('text', { nullable: true }) readonly question!: string | null;
  @Column('text') readonly status!: 'queued' | 'leased' | 'completed' | 'failed';
  /** Since when it waits in vain, and for what; null while somebody can do it. */
  @InstantColumn({ nullable: true }) readonly unroutableAt!: Instant | null;
  @Column('jsonb', { nullable: true }) readonly needs!: readonly string[] | null;
  /** How many attempts have begun. */
  @Column('integer') readonly attempts!: number;
  /** Who has it, or did it, and by which token. */
  @Column('text', { nullable: true }) readonly agentId!: string | null;
  @WholeNumberColumn({ nullable: true }) readonly fencingToken!: number | null;
  /** The newest `TRIES_KEPT` leases, oldest first. */
  @Column('jsonb') readonly tries!: readonly TryShown[];
  @Column('jsonb', { nullable: true }) readonly result!: ResultShown | null;
  /** Results that came too late to count. */
  @Column('integer') readonly resultsIgnored!: number;
  @Column('text', { nullable: true }) readonly errorCode!: TaskFailed['data']['errorCode'] | null;
  @Column('text', { nullable: true }) readonly errorMessage!: string | null;
  @Column('text') readonly submittedBy!: string;
  @InstantColumn() readonly submittedAt!: Instant;
  @InstantColumn({ nullable: true }) readonly leasedAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly endedAt!: Instant | null;
  @WholeNumberColumn() readonly position!: number;
}

type TaskEvent =
  | TaskQueued
  | TaskUnroutable
  | TaskLeased
  | TaskReleased
  | TaskAttemptFailed
  | TaskFailed
  | TaskCompleted
  | ResultIgnored
  | AgentSignalEmitted;

export const task: Projection<TaskRow, TaskEvent> = {
  name: 'task',
  version: 1,
  lane: 'analysis',
  row: TaskRow,
  hears: [
    'TaskQueued',
    'TaskUnroutable',
    'TaskLeased',
    'TaskReleased',
    'TaskAttemptFailed',
    'TaskFailed',
    'TaskCompleted',
    'ResultIgnored',
    'AgentSignalEmitted',
  ],
  keyOf: ({ data }) => data.taskId,

  evolve(row, event) {
    const { position } = event;
    if (event.type === 'TaskQueued') return queued(event.data, position);
    return row && { ...row, ...changesBy(row, event), position };
  },
};

/** Three attempts, and as many agents that left in good order in between, which counts against nobody. */
const TRIES_KEPT = 8;

type Task = Fields<TaskRow>;

function queued(data: TaskQueued['data'], position: number): Task {
  const { taskId, taskType, pair, input, submittedBy, at } = data;
  const { symbol, timeframe, barOpenAt, runId, question } = input;
  return {
    ...{ taskId, taskType, pair, symbol, timeframe, barOpenAt, runId, question, submittedBy, submittedAt: at },
    ...{ status: 'queued', attempts: 0, ...FREE, ...ROUTABLE, tries: [], result: null, resultsIgnored: 0 },
    ...{ errorCode: null, errorMessage: null, endedAt: null, position },
  };
}

const FREE = { agentId: null, fencingToken: null, leasedAt: null } as const;
const ROUTABLE = { unroutableAt: null, needs: null } as const;

function changesBy(before: Task, { type, data }: Recorded<Exclude<TaskEvent, TaskQueued>>): Partial<Task> {
  switch (type) {
    case 'TaskUnroutable':
      return { unroutableAt: data.at, needs: data.needs };
    case 'TaskLeased': {
      const { agentId, fencingToken, attempt, at } = data;
      const tries = [...before.tries, begun(data)].slice(-TRIES_KEPT);
      return { status: 'leased', ...ROUTABLE, agentId, fencingToken, leasedAt: at, attempts: attempt, tries };
    }
    case 'TaskReleased':
      return { status: 'queued', ...FREE, tries: ended(before.tries, data, { outcome: data.reason }) };
    case 'TaskAttemptFailed': {
      const { failureSource: failure_source, failureMessage: failure_message } = data;
      const tries = ended(before.tries, data, { outcome: 'failed', failure_source, failure_message });
      return { status: 'queued', ...FREE, tries };
    }
    case 'TaskFailed': {
      const { attempts, errorCode, failureMessage: errorMessage, at } = data;
      return { status: 'failed', ...FREE, ...ROUTABLE, attempts, errorCode, errorMessage, endedAt: at };
    }
    case 'TaskCompleted': {
      const tries = ended(before.tries, data, { outcome: 'completed' });
      return { status: 'completed', ...ROUTABLE, tries, result: broughtResult(data), endedAt: data.at };
    }
    case 'ResultIgnored':
      return { resultsIgnored: before.resultsIgnored + 1 };
    case 'AgentSignalEmitted':
      return { result: judgedResult(data) };
  }
}

const begun = ({ attempt, agentId, fencingToken, at }: TaskLeased['data']): TryShown => ({
  ...{ attempt, agent_id: agentId, fencing_token: fencingToken, leased_at: at },
  ...{ ended_at: null, outcome: null, failure_source: null, failure_message: null },
});

const ended = (
  tries: readonly TryShown[],
  { fencingToken, at }: { readonly fencingToken: number; readonly at: Instant },
  how: Partial<TryShown>,
): readonly TryShown[] =>
  tries.map((one) => (one.fencing_token === fencingToken ? { ...one, ...how, ended_at: at } : one));
