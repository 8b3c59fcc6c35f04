import type { AgentFailureSource, TaskInput, TaskReleasedData, TaskResult, TaskType } from '@tocsin/contracts';
import type { Instant, Pair } from '@tocsin/domain-kit';
import type { AgentId, Capability } from './pool.ts';

/** A lease, as the agent that has it names it. */
interface LeaseNamed {
  readonly taskId: string;
  readonly agentId: AgentId;
  readonly fencingToken: number;
}

/** What the pool is asked, and what the watch over it observed. `at` is the wall clock's, for agents live by that one. */
export type PoolCommand =
  | {
      readonly type: 'RegisterAgent';
      readonly data: {
        readonly agentId: AgentId;
        readonly capabilities: Readonly<Record<Capability, boolean>>;
        readonly parallelMax: number;
        readonly instance: string;
        readonly at: Instant;
      };
    }
  | { readonly type: 'RetireAgent'; readonly data: { readonly agentId: AgentId; readonly at: Instant } }
  | {
      readonly type: 'GrantAgent';
      readonly data: {
        readonly agentId: AgentId;
        readonly capabilities: readonly Capability[];
        readonly by: string;
        readonly at: Instant;
      };
    }
  | {
      readonly type: 'SubmitTask';
      readonly data: {
        readonly taskId: string;
        readonly taskType: TaskType;
        readonly pair: Pair;
        readonly input: TaskInput;
        readonly by: string;
        /** So many tasks of one type may wait. */
        readonly queueMax: number;
        readonly at: Instant;
      };
    }
  | { readonly type: 'CompleteTask'; readonly data: LeaseNamed & { readonly result: TaskResult; readonly at: Instant } }
  | {
      readonly type: 'FailTask';
      readonly data: LeaseNamed & {
        readonly failureSource: AgentFailureSource;
        readonly failureMessage: string;
        readonly at: Instant;
      };
    }
  | {
      readonly type: 'ReportSilence';
      readonly data: { readonly agentId: AgentId; readonly silentMs: number; readonly at: Instant };
    }
  | { readonly type: 'ReportReturn'; readonly data: { readonly agentId: AgentId; readonly at: Instant } }
  | {
      readonly type: 'ReleaseTask';
      readonly data: LeaseNamed & { readonly reason: 'no-progress' | 'overdue'; readonly at: Instant };
    }
  | {
      readonly type: 'ReportWaiting';
      readonly data: { readonly taskId: string; readonly waitedMs: number; readonly at: Instant };
    }
  | {
      readonly type: 'CoolBreaker';
      readonly data: { readonly agentId: AgentId; readonly taskType: TaskType; readonly at: Instant };
    };

/** Why a task is taken from an agent. */
export type ReleaseReason = TaskReleasedData['reason'];

/** What one kind of command says. */
export type Asked<Type extends PoolCommand['type']> = Extract<PoolCommand, { type: Type }>['data'];
