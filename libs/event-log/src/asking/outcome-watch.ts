import type { WallClock } from '../liveness/wall-clock.ts';
import type { Sql } from '../postgres/sql.ts';
import { findRequests, type KnownRequest } from './request-store.ts';

type Waiting = { readonly id: string; readonly until: number; readonly tell: (request: KnownRequest | null) => void };

/** An outcome is written by whichever instance hears it, so it is looked for in the table. */
const LOOK_EVERY_MS = 20;

/** Waits for outcomes: one look at the table for everyone who waits, and none when nobody does. */
export class OutcomeWatch {
  readonly #sql: Sql;
  readonly #time: WallClock;
  #waiting: readonly Waiting[] = [];
  #isLooking = false;

  constructor(sql: Sql, time: WallClock) {
    this.#sql = sql;
    this.#time = time;
  }

  /** Returns the request once it has its outcome, or null when it has none after `limitMs`. */
  wait(id: string, limitMs: number): Promise<KnownRequest | null> {
    return new Promise((tell) => {
      this.#waiting = [...this.#waiting, { id, until: this.#time.monotonicMs() + limitMs, tell }];
      if (!this.#isLooking) void this.#look();
    });
  }

  /** Nobody waits any longer. */
  close(): void {
    for (const { tell } of this.#waiting) tell(null);
    this.#waiting = [];
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#waiting.length > 0) {
      const ended = await this.#ended();
      const now = this.#time.monotonicMs();
      this.#waiting = this.#waiting.filter(({ id, until, tell }) => {
        const request = ended.get(id) ?? null;
        if (request === null && now < until) return true;
        tell(request);
        return false;
      });
      if (this.#waiting.length > 0) await this.#pause();
    }
    this.#isLooking = false;
  }

  /** A look that fails is no answer: the next one may be, and whoever waits has a limit. */
  async #ended(): Promise<ReadonlyMap<string, KnownRequest>> {
    try {
      const found = await findRequests(this.#sql, [...new Set(this.#waiting.map(({ id }) => id))]);
      return new Map(found.filter(({ outcome }) => outcome !== null).map((request) => [request.id, request]));
    } catch {
      return new Map();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#time.after(LOOK_EVERY_MS, resolve);
    });
  }
}
