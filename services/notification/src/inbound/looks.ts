import type { EventLog } from '@tocsin/event-log';

export interface LooksParts {
  readonly look: () => Promise<unknown>;
  readonly everyMs: number;
  /** The names of facts of this service after which there is something to see at once. */
  readonly news: ReadonlySet<string>;
  readonly eventLog: Pick<EventLog, 'listenToFacts'>;
  /** What a look could not do has not happened; the next one does it. */
  readonly onTrouble: (error: unknown) => void;
}

/** Looks every so often, and at once after news; one look at a time, and again where news came meanwhile. */
export class Looks {
  readonly #parts: LooksParts;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isWanted = false;

  constructor(parts: LooksParts) {
    this.#parts = parts;
  }

  /** Begins, and returns when the first look is over. */
  async start(): Promise<void> {
    const { eventLog, news, everyMs } = this.#parts;
    const want = (): void => {
      this.#want();
    };
    eventLog.listenToFacts({
      onSaid: (facts) => {
        if (facts.some(({ type }) => news.has(type))) this.#want();
      },
      onTakenUp: want,
    });
    this.#timer = setInterval(want, everyMs);
    if (this.#looking === null) this.#want();
    await this.#looking;
  }

  /** Begins no other look, and returns when there is none at work. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#looking;
  }

  #want(): void {
    this.#isWanted = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
      if (this.#isWanted && this.#timer !== null) this.#want();
    });
  }

  async #look(): Promise<void> {
    this.#isWanted = false;
    try {
      await this.#parts.look();
    } catch (error) {
      this.#parts.onTrouble(error);
    }
  }
}
