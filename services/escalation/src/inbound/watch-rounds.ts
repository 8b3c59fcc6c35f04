import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Log } from '@tocsin/event-log';
import type { PatienceWatch } from './patience.watch.ts';
import type { PresenceWatch } from './presence.watch.ts';

const LOOK_EVERY_MS = 1_000;

/** Lets both watches look once a second, one after the other, from when the log is open until it closes. */
export class WatchRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;

  constructor(
    private readonly presence: PresenceWatch,
    private readonly patience: PatienceWatch,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.presence.start();
    this.#timer = setInterval(() => {
      this.#round ??= this.#look().finally(() => {
        this.#round = null;
      });
    }, LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  /** What a look could not bring to the log has not happened; the next one brings it again. */
  async #look(): Promise<void> {
    try {
      await this.presence.look();
      await this.patience.look();
    } catch (error) {
      this.log.warn({ err: error }, 'a watch could not bring what it saw to the log; it looks again');
    }
  }
}
