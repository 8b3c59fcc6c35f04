import { setImmediate as othersFirst, setTimeout as sleep } from 'node:timers/promises';

export type TurningOptions = {
  /** Does what is to be done now, and returns for how many milliseconds there is nothing more. */
  readonly turn: () => number | Promise<number>;
  /** A turn has failed; another follows after a short rest. */
  readonly onTrouble: (error: unknown) => void;
  /** Called before every turn, so that a loop that stands still is noticed. */
  readonly beat: () => void;
};

const TROUBLE_MS = 500;

/** Turns and rests by turns, until it is stopped; whoever knows of something to do wakes it. */
export class Turning {
  readonly #options: TurningOptions;
  readonly #stopping = new AbortController();
  /** Another one for every turn and the rest after it: what happens meanwhile must not be slept over. */
  #woken = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: TurningOptions) {
    this.#options = options;
  }

  /** Aborted once it is time to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the rest, or leaves out the one to come. */
  wake(): void {
    this.#woken.abort();
  }

  /** Returns once the turn at hand is finished; there is no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.stopping.aborted) {
      this.#options.beat();
      this.#woken = new AbortController();
      await this.#rest(await this.#guardedTurn());
    }
  }

  async #guardedTurn(): Promise<number> {
    try {
      return await this.#options.turn();
    } catch (error) {
      if (this.stopping.aborted) return 0;
      this.#options.onTrouble(error);
      return TROUBLE_MS;
    }
  }

  async #rest(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#woken.signal, this.stopping]);
    if (ms <= 0 || signal.aborted) {
      await othersFirst(); // Turns that wait for nothing would otherwise be all that this process does.
      return;
    }
    await sleep(Math.max(1, ms), undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
