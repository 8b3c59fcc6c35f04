import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { EventLog, Log } from '@tocsin/event-log';
import { Looks } from '../looks.ts';
import type { NoticeRound } from './notice.round.ts';

/** What makes something due at once. */
const NEWS: ReadonlySet<string> = new Set(['NoticeQueued', 'NoticeReleased', 'NoticeReawakened', 'NoticeEnded']);

/** Lets the round look every so often, and at once after a step that queued something. */
export class NoticeRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #looks: Looks;

  constructor({
    round,
    eventLog,
    everyMs,
    log,
  }: {
    readonly round: NoticeRound;
    readonly eventLog: Pick<EventLog, 'listenToFacts'>;
    readonly everyMs: number;
    readonly log: Log;
  }) {
    this.#looks = new Looks({
      look: () => round.look(),
      everyMs,
      news: NEWS,
      eventLog,
      onTrouble: (error) => {
        log.warn({ err: error }, 'a round could not bring to the log what is to be told; it looks again');
      },
    });
  }

  onApplicationBootstrap(): void {
    void this.#looks.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#looks.stop();
  }
}
