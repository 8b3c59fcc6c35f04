import type { Instant } from '@tocsin/domain-kit';
import type { BarAdapter, BarsAsked, Fetched } from '../../outbound/providers/adapter.ts';
import { UsageMeter, type Usage } from '../watching/usage.ts';

/** A provider that can be asked, and how its calls stand. */
export type OpenProvider = {
  readonly name: string;
  readonly adapter: BarAdapter;
  /** How many questions may be under way at a time. */
  readonly concurrency: number;
  /** Whether a call made now would be made at once: false while its rate is used up, its budget spent, or its breaker open. */
  readonly isReady: () => Promise<boolean>;
  readonly isHalfOpen: () => boolean;
  /** What is left of its limit, where the configuration sets one; null where it does not. */
  readonly quotaLeft: () => number | null;
  /** Since when its key has been in use; null where it has none. */
  readonly keySince: Instant | null;
  readonly close: () => Promise<void>;
};

type Job = {
  /** What to ask, told when its turn comes; null when the question does not matter any more. */
  readonly question: () => BarsAsked | null;
  readonly onAnswer: (fetched: Fetched) => void;
  readonly onDropped: () => void;
};

const NOT_READY_MS = 50;

/** Asks one provider what is to be asked, in order, so many at a time, and never more than it allows. */
export class Desk {
  readonly #provider: OpenProvider;
  readonly #jobs: Job[] = [];
  #underWay = 0;
  #isClosed = false;
  #waking: NodeJS.Timeout | null = null;
  readonly #usage: UsageMeter;

  constructor(provider: OpenProvider) {
    this.#provider = provider;
    this.#usage = new UsageMeter(() => provider.quotaLeft());
  }

  get name(): string {
    return this.#provider.name;
  }

  get keySince(): Instant | null {
    return this.#provider.keySince;
  }

  ask(job: Job): void {
    this.#jobs.push(job);
    void this.#dispatch();
  }

  /** Returns what was used since the last call of this. */
  readonly takeUsage = (): Usage => this.#usage.take();

  /** Drops what waits; what is under way ends by itself, and nobody hears of it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waking !== null) clearTimeout(this.#waking);
    for (const { onDropped } of this.#jobs.splice(0)) onDropped();
    await this.#provider.close();
  }

  #isDispatching = false;

  async #dispatch(): Promise<void> {
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    try {
      while (!this.#isClosed && this.#jobs.length > 0 && this.#hasRoom()) {
        if (!(await this.#provider.isReady())) {
          this.#wakeLater();
          return;
        }
        const job = this.#jobs.shift();
        if (job !== undefined) void this.#make(job);
      }
    } finally {
      this.#isDispatching = false;
    }
  }

  /** A breaker that is half open lets one call try, and nobody else waits on the outcome of that. */
  #hasRoom(): boolean {
    return this.#underWay < (this.#provider.isHalfOpen() ? 1 : this.#provider.concurrency);
  }

  #wakeLater(): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = null;
      void this.#dispatch();
    }, NOT_READY_MS);
  }

  async #make({ question, onAnswer, onDropped }: Job): Promise<void> {
    const asked = question();
    if (asked === null) {
      onDropped();
      return;
    }
    this.#underWay += 1;
    try {
      const fetched = await this.#provider.adapter.fetchBars(asked);
      this.#usage.count(fetched.cost, fetched.answer.kind !== 'bars', fetched.quotaLeft);
      if (this.#isClosed) onDropped();
      else onAnswer(fetched);
    } finally {
      this.#underWay -= 1;
      void this.#dispatch();
    }
  }
}
