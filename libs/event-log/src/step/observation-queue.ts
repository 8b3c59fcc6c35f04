import { Unreachable } from '@tocsin/domain-kit';
import type { Tenure } from '../lane/lease.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import { isTransient } from '../postgres/database.ts';
import type { Observation, Outcome } from './inputs.ts';
import type { StepRunner } from './step-runner.ts';

type Waiting = {
  readonly observations: readonly Observation[];
  /** In which they were made; null where they hold in any. */
  readonly tenure: Tenure | null;
  readonly resolve: (outcomes: readonly Outcome[]) => void;
  readonly reject: (error: unknown) => void;
};

/** One step takes at most this many observations. */
const OBSERVATIONS_MAX = 500;

/** How long an observation may wait for its step before whoever made it is told to come back. */
const WAIT_MAX_MS = 5_000;

/** What the service's own adapters have seen, waiting for a step. A caller's observations commit together or not at all. */
export class ObservationQueue {
  readonly #runner: StepRunner;
  readonly #time: WallClock;
  readonly #onArrival: () => void;
  #waiting: Waiting[] = [];
  #isAlone = false;

  constructor({
    runner,
    time,
    onArrival,
  }: {
    readonly runner: StepRunner;
    readonly time: WallClock;
    readonly onArrival: () => void;
  }) {
    this.#runner = runner;
    this.#time = time;
    this.#onArrival = onArrival;
  }

  /**
   * Returns what became of each observation once the step has committed.
   * @throws {Unreachable} when no step took them in time, or the tenure that they were made in is over; they have not
   * happened.
   */
  submit(observations: readonly Observation[], tenure: Tenure | null): Promise<readonly Outcome[]> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        observations,
        tenure,
        resolve: (outcomes) => {
          cancel();
          resolve(outcomes);
        },
        reject: (error) => {
          cancel();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      const cancel = this.#time.after(WAIT_MAX_MS, () => {
        // Once a step has taken it, its fate is the transaction's.
        if (!this.#waiting.includes(waiting)) return;
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        waiting.reject(new Unreachable('no step took the observation in time', { retryAfterMs: 500 }));
      });
      this.#waiting.push(waiting);
      this.#onArrival();
    });
  }

  /** Makes one step of what waits and holds in this tenure. Returns whether there was anything. */
  async step(now: Tenure | null): Promise<boolean> {
    this.#refuseOthers(now);
    const taken = this.#take();
    if (taken.length === 0) return false;
    try {
      const outcomes = await this.#runner.decide(taken.flatMap(({ observations }) => observations));
      if (outcomes === null) this.#waiting.unshift(...taken);
      else answer(taken, outcomes);
    } catch (error) {
      const [only] = taken;
      if (isTransient(error) || only === undefined) {
        for (const { reject } of taken)
          reject(new Unreachable('the step did not commit', { retryAfterMs: 500 }, { cause: error }));
        throw error;
      }
      if (taken.length === 1) only.reject(error);
      else {
        // One of them is at fault; each has a step of its own until the queue is empty.
        this.#isAlone = true;
        this.#waiting.unshift(...taken);
      }
    }
    return true;
  }

  abandon(): void {
    for (const { reject } of this.#waiting.splice(0))
      reject(new Unreachable('the service is stopping', { retryAfterMs: 1_000 }));
  }

  /** Between two tenures of one instance another may have seen and said the same. */
  #refuseOthers(now: Tenure | null): void {
    const late = this.#waiting.filter(({ tenure }) => tenure !== null && tenure !== now);
    if (late.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !late.includes(waiting));
    for (const { reject } of late)
      reject(new Unreachable('the lease was lost since this was observed', { retryAfterMs: 500 }));
  }

  #take(): readonly Waiting[] {
    if (this.#waiting.length === 0) this.#isAlone = false;
    if (this.#isAlone) return this.#waiting.splice(0, 1);
    let count = 0;
    let observations = 0;
    for (const {
      observations: { length },
    } of this.#waiting) {
      if (count > 0 && observations + length > OBSERVATIONS_MAX) break;
      count += 1;
      observations += length;
    }
    return this.#waiting.splice(0, count);
  }
}

function answer(taken: readonly Waiting[], outcomes: readonly Outcome[]): void {
  let from = 0;
  for (const { observations, resolve } of taken) {
    resolve(outcomes.slice(from, from + observations.length));
    from += observations.length;
  }
}
