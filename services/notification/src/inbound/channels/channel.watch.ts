import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { EventLog, Log } from '@tocsin/event-log';

/** What changes which channels there are. */
const NEWS: ReadonlySet<string> = new Set(['ChannelChanged', 'ChannelRemoved']);

/** Files of secrets say nothing when they change, so somebody has to look. */
const EVERY_MS = 2_000;

export interface ChannelWatchParts {
  readonly registry: { look(): Promise<void> };
  readonly eventLog: Pick<EventLog, 'listenToFacts'>;
  readonly log: Log;
}

/** Has the channels looked at when one was made, changed or removed, and every so often; one look at a time. */
export class ChannelWatch implements BeforeApplicationShutdown {
  readonly #parts: ChannelWatchParts;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isWanted = false;

  constructor(parts: ChannelWatchParts) {
    this.#parts = parts;
  }

  /** Returns when the channels that there are have been opened, so that nothing is sent before. */
  async start(): Promise<void> {
    this.#parts.eventLog.listenToFacts({
      onSaid: (facts) => {
        if (facts.some(({ type }) => NEWS.has(type))) this.#want();
      },
      onTakenUp: () => {
        this.#want();
      },
    });
    this.#timer = setInterval(() => {
      this.#want();
    }, EVERY_MS);
    this.#want();
    await this.#looking;
  }

  async beforeApplicationShutdown(): Promise<void> {
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
      await this.#parts.registry.look();
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the channels could not be looked at; they are looked at again');
    }
  }
}
