import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { EventLog } from '../event-log.ts';
import type { ListeningController } from './listeners.ts';

/**
 * The transport of this house for Nest. Its controllers look like any Nest microservice's, but they are called in
 * batches, synchronously and without proxies: what a handler returns are commands, and the step decides them.
 */
export class LaneServer extends Server implements CustomTransportStrategy {
  readonly #eventLog: EventLog;
  readonly #controllers: () => readonly ListeningController[];

  constructor(eventLog: EventLog, controllers: () => readonly ListeningController[]) {
    super();
    this.#eventLog = eventLog;
    this.#controllers = controllers;
  }

  /** Opens the log; called by Nest. The callback's argument is what kept it from opening. */
  listen(callback: (error?: unknown) => void): void {
    this.#eventLog.open(this.#controllers()).then(
      () => {
        callback();
      },
      (error: unknown) => {
        callback(error);
      },
    );
  }

  async close(): Promise<void> {
    await this.#eventLog.close();
  }

  /** A lane has no events of a client to offer. */
  on(): never {
    throw new TypeError('a lane server has no events of its own; ask the health of its event log');
  }

  unwrap<Inner>(): Inner {
    throw new TypeError('a lane server has no client to unwrap; inject the EventLog');
  }
}
