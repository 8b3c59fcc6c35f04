import type { AgentFailureSource, TaskResult } from '@tocsin/contracts';
import { instant, plainText } from '@tocsin/domain-kit';
import type { PoolCommand } from '../../domain/agents/pool.commands.ts';
import { agentOf, heldBy, type Capability, type Pool, type Task } from '../../domain/agents/pool.ts';
import type { AgentBeat } from '../../domain/agents/vigil.ts';

/** What became of a task in the hands of an agent of our own. */
export type Work =
  | { readonly outcome: 'done'; readonly result: TaskResult }
  | { readonly outcome: 'failed'; readonly failureSource: AgentFailureSource; readonly failureMessage: string };

/** An agent that lives in this service. */
export interface BuiltInAgent {
  readonly agentId: string;
  readonly capabilities: readonly Capability[];
  readonly parallelMax: number;
  /** Does a task; it stops when the signal says so. What it throws counts as its crash. */
  work(task: Task, signal: AbortSignal): Promise<Work>;
}

interface Job {
  readonly agentId: string;
  readonly taskId: string;
  readonly fencingToken: number;
  readonly stop: AbortController;
  /** Null while it is at work. */
  work: Work | null;
}

/**
 * Has the service's own agents at work on whatever is leased to them, by the same rules as for all others. What is
 * leased is begun again after a restart; a result is brought until the pool has taken it.
 */
export class BuiltInAgents {
  readonly #agents: readonly BuiltInAgent[];
  /** Tells one start of the process from another. */
  readonly #instance: string;
  readonly #wallMs: () => number;
  readonly #jobs = new Map<number, Job>();

  constructor(agents: readonly BuiltInAgent[], instance: string, wallMs: () => number) {
    this.#agents = agents;
    this.#instance = instance;
    this.#wallMs = wallMs;
  }

  /** They live as long as the process does. */
  beats(): readonly AgentBeat[] {
    return this.#agents.map(({ agentId }) => ({
      agentId,
      tokens: [...this.#jobs.values()].filter((job) => job.agentId === agentId).map(({ fencingToken }) => fencingToken),
    }));
  }

  /**
   * Begins what is leased and not begun, stops what is not leased any more, and returns what the pool is to be told.
   * @param onDone called whenever a task is done and the pool is to be told more.
   */
  attend(pool: Pool, onDone: () => void): readonly PoolCommand[] {
    const leased = new Set(this.#agents.flatMap(({ agentId }) => heldBy(pool, agentId).flatMap(tokenOf)));
    for (const [token, job] of this.#jobs) {
      if (leased.has(token)) continue;
      job.stop.abort();
      this.#jobs.delete(token);
    }
    return this.#agents
      .flatMap((agent) => {
        for (const task of heldBy(pool, agent.agentId)) this.#begin(agent, task, onDone);
        return this.#introduced(agent, pool);
      })
      .concat([...this.#jobs.values()].flatMap((job) => this.#told(job)));
  }

  /** A result that is refused, or that the log cannot take, is none: the task has failed instead, by the agent's fault. */
  onRefused(command: PoolCommand, because: string): void {
    if (command.type !== 'CompleteTask') return;
    const job = this.#jobs.get(command.data.fencingToken);
    if (job === undefined) return;
    const failureMessage = plainText(because) || 'The log cannot take the result.';
    job.work = { outcome: 'failed', failureSource: 'bad_output', failureMessage };
  }

  /** Stops all work; whatever is leased is begun again when they attend again. */
  stop(): void {
    for (const { stop } of this.#jobs.values()) stop.abort();
    this.#jobs.clear();
  }

  #begin(agent: BuiltInAgent, task: Task, onDone: () => void): void {
    const [fencingToken] = tokenOf(task);
    if (fencingToken === undefined || this.#jobs.has(fencingToken)) return;
    const stop = new AbortController();
    const job: Job = { agentId: agent.agentId, taskId: task.taskId, fencingToken, stop, work: null };
    this.#jobs.set(fencingToken, job);
    void agent
      .work(task, stop.signal)
      .catch((error: unknown): Work => {
        const failureMessage = plainText(String(error)) || 'It gave no reason.';
        return { outcome: 'failed', failureSource: 'agent_crash', failureMessage };
      })
      .then((work) => {
        job.work = work;
        onDone();
      });
  }

  #introduced({ agentId, capabilities, parallelMax }: BuiltInAgent, pool: Pool): readonly PoolCommand[] {
    const at = instant(this.#wallMs());
    const known = agentOf(pool, agentId);
    const hasGrants = Object.hasOwn(pool.grants, agentId);
    if (known?.instance === this.#instance && !known.isLost && hasGrants) return [];
    const declared = Object.fromEntries(capabilities.map((name) => [name, true]));
    const grant: PoolCommand = { type: 'GrantAgent', data: { agentId, capabilities, by: 'service:analysis', at } };
    return [
      ...(hasGrants ? [] : [grant]), // What a person has decided since outlives every restart.
      { type: 'RegisterAgent', data: { agentId, capabilities: declared, parallelMax, instance: this.#instance, at } },
    ];
  }

  #told({ agentId, taskId, fencingToken, work }: Job): readonly PoolCommand[] {
    if (work === null) return [];
    const about = { agentId, taskId, fencingToken, at: instant(this.#wallMs()) };
    switch (work.outcome) {
      case 'done':
        return [{ type: 'CompleteTask', data: { ...about, result: work.result } }];
      case 'failed': {
        const { failureSource, failureMessage } = work;
        return [{ type: 'FailTask', data: { ...about, failureSource, failureMessage } }];
      }
    }
  }
}

const tokenOf = ({ lease }: Task): readonly number[] => (lease === null ? [] : [lease.fencingToken]);
