import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { EventLog, Log } from '@tocsin/event-log';
import type { NoticeRound } from './notice.round.ts';

/** What makes something due at once. */
const NEWS: ReadonlySet<string> = new Set(['NoticeQueued', 'NoticeReleased', 'NoticeReawakened', 'NoticeEnded']);

/** Lets the round look every so often, and at once after a step that queued something; one look at a time. */
export class NoticeRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #round: NoticeRound;
  readonly #eventLog: Pick<EventLog, 'listenToFacts'>;
  readonly #everyMs: number;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isWanted = false;

  constructor(parts: {
    readonly round: NoticeRound;
    readonly eventLog: Pick<EventLog, 'listenToFacts'>;
    readonly everyMs: number;
    readonly log: Log;
  }) {
    this.#round = parts.round;
    this.#eventLog = parts.eventLog;
    this.#everyMs = parts.everyMs;
    this.#log = parts.log;
  }

  onApplicationBootstrap(): void {
    this.#eventLog.listenToFacts({
      onSaid: (facts) => {
        if (facts.some(({ type }) => NEWS.has(type))) this.#want();
      },
      onTakenUp: () => {
        this.#want();
      },
    });
    this.#timer = setInterval(() => {
      this.#want();
    }, this.#everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#looking;
  }

  /** What comes while somebody looks is looked at right after. */
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
      await this.#round.look();
    } catch (error) {
      // What a look could not bring to the log has not happened; the next one brings it again.
      this.#log.warn({ err: error }, 'a round could not bring to the log what is to be told; it looks again');
    }
  }
}
