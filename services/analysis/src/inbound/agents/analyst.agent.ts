import type { AgentFailureSource, FailureSource } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { EventLog } from '@tocsin/event-log';
import type { Task } from '../../domain/agents/pool.ts';
import { NEEDS } from '../../domain/agents/task-needs.ts';
import type { Analyst, AnalystAnswer, AnalystInput } from '../../domain/analyst/analyst.ts';
import { readWindows } from '../bar-window.table.ts';
import type { BuiltInAgent, Work } from './built-in-agents.ts';
import { readHeadlines } from './headline.model.ts';
import { readReviewedRuns } from './reviewed-run.model.ts';

/** An analyst that works here, and how. */
export interface EmployedAnalyst {
  /** The name under which it works. */
  readonly agentId: string;
  readonly parallelMax: number;
  readonly analyst: Analyst;
}

/** An analyst as an agent: shows it what the service knows of a pair, and brings what it says. */
export class AnalystAgent implements BuiltInAgent {
  readonly agentId: string;
  readonly capabilities = [...new Set([...NEEDS.trading_analysis, ...NEEDS.trading_signal])];
  readonly parallelMax: number;
  readonly #analyst: Analyst;

  constructor(
    { agentId, parallelMax, analyst }: EmployedAnalyst,
    private readonly eventLog: EventLog,
    private readonly wallMs: () => number,
  ) {
    this.agentId = agentId;
    this.parallelMax = parallelMax;
    this.#analyst = analyst;
  }

  async work(task: Task, signal: AbortSignal): Promise<Work> {
    const input = await this.#inputFor(task);
    if (input === null) {
      const failureMessage = `${task.pair} has no completed run that the analyst could be shown.`;
      return { outcome: 'failed', failureSource: 'capacity', failureMessage };
    }
    const answer = await this.#analyst.analyse(input, signal);
    if (answer.outcome === 'failed')
      return { outcome: 'failed', failureSource: sourceOf(answer.failureSource), failureMessage: answer.message };
    return { outcome: 'done', result: this.#resultOf(answer) };
  }

  /** What is known of the pair now; null when it has had no run. The newest run may be newer than the task. */
  async #inputFor({ pair, input: { symbol, timeframe } }: Task): Promise<AnalystInput | null> {
    const { sql } = this.eventLog;
    const newest = (await readReviewedRuns(sql, [pair])).get(pair);
    const [stored] = await readWindows(sql, [pair]);
    if (newest === undefined || stored === undefined) return null;
    const bars = stored.window.filter(({ openAt }) => openAt <= newest.barOpenAt);
    return { symbol, timeframe, asOf: newest.barCloseAt, bars, run: newest.run, headlines: await readHeadlines(sql) };
  }

  #resultOf(answer: AnalystAnswer): Extract<Work, { outcome: 'done' }>['result'] {
    const { signal, confidence, riskScore, reasoning, model, fallbackUsed, rawContentDigest, wyckoffPhase } = answer;
    return {
      signal,
      confidenceRaw: confidence,
      riskScore,
      reasoning,
      model,
      fallbackUsed,
      rawContentDigest,
      wyckoffPhase,
      leftOut: answer.leftOut,
      analyzedAt: instant(this.wallMs()),
    };
  }
}

/** The analyst knows no providers; whatever else it fails with is an agent's failure. */
const sourceOf = (source: FailureSource): AgentFailureSource => (source === 'provider' ? 'unknown' : source);
