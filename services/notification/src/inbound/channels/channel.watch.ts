import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { EventLog, Log } from '@tocsin/event-log';
import { Looks } from '../looks.ts';

/** What changes which channels there are. */
const NEWS: ReadonlySet<string> = new Set(['ChannelChanged', 'ChannelRemoved']);

/** Files of secrets say nothing when they change, so somebody has to look. */
const EVERY_MS = 2_000;

export interface ChannelWatchParts {
  readonly registry: { look(): Promise<void> };
  readonly eventLog: Pick<EventLog, 'listenToFacts'>;
  readonly log: Log;
}

/** Has the channels looked at when one was made, changed or removed, and every so often. */
export class ChannelWatch implements BeforeApplicationShutdown {
  readonly #looks: Looks;

  constructor({ registry, eventLog, log }: ChannelWatchParts) {
    this.#looks = new Looks({
      look: () => registry.look(),
      everyMs: EVERY_MS,
      news: NEWS,
      eventLog,
      onTrouble: (error) => {
        log.warn({ err: error }, 'the channels could not be looked at; they are looked at again');
      },
    });
  }

  /** Returns when the channels that there are have been opened, so that nothing is sent before. */
  start(): Promise<void> {
    return this.#looks.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#looks.stop();
  }
}
