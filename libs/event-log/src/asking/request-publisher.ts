import { Signal } from '../lane/signal.ts';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Beat } from '../liveness/watchdog.ts';
import type { Sql } from '../postgres/sql.ts';
import { traceparentOf } from '../step/identity.ts';
import type { PublishAnswer, PublishLine, Streams } from '../stream/streams.ts';
import { claimDue, hastenRequests, type DueRequest } from './request-store.ts';

export type RequestPublisherOptions = {
  readonly sql: Sql;
  readonly streams: Streams;
  readonly log: Log;
  readonly time: WallClock;
  readonly beat: Beat;
};

/** Requests that are published in one turn, at most. */
const AT_ONCE_MAX = 100;
const LOOK_EVERY_MS = 1_000;

/**
 * Publishes each request until its outcome is heard or its time is over: at once, then with growing pauses. Only the
 * outcome counts as an answer, for the server acknowledges before anything is on its disk. Every instance of a service
 * runs this loop; a request that is published twice is handled once, because it is known by its id.
 */
export class RequestPublisher {
  readonly #options: RequestPublisherOptions;
  readonly #work: Signal;
  readonly #line: PublishLine;
  /** What was published last under each number, for whoever reads of a refusal in the log. */
  readonly #published = new Map<number, string>();
  #number = 0;
  #isConnectedAnew = false;
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RequestPublisherOptions) {
    this.#options = options;
    this.#work = new Signal(options.time);
    this.#line = options.streams.openPublishLine((answer) => {
      this.#hear(answer);
    });
    options.streams.onReconnected(() => {
      this.#isConnectedAnew = true;
      this.#work.raise();
    });
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Looks at once: something was written down. */
  nudge(): void {
    this.#work.raise();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#work.raise();
    await this.#running;
    this.#line.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#options.beat();
      const isMoreDue = await this.#turn();
      if (!isMoreDue) await this.#work.wait(LOOK_EVERY_MS);
    }
  }

  /** Returns whether more is due than was taken. */
  async #turn(): Promise<boolean> {
    const { sql, log } = this.#options;
    try {
      if (this.#isConnectedAnew) {
        // What was sent into the break may be lost, and whoever waits should not wait for a pause as well.
        await hastenRequests(sql);
        this.#isConnectedAnew = false;
      }
      const due = await claimDue(sql, AT_ONCE_MAX);
      for (const request of due) this.#publish(request);
      return due.length === AT_ONCE_MAX;
    } catch (error) {
      log.warn({ err: error }, 'requests cannot be sent; it is tried again');
      return false;
    }
  }

  #publish({ id, subject, body }: DueRequest): void {
    this.#number += 1;
    this.#published.set(this.#number, id);
    this.#published.delete(this.#number - AT_ONCE_MAX);
    this.#line.publish({
      position: this.#number,
      subject,
      body,
      stamp: {
        'Nats-Msg-Id': id,
        'Content-Type': 'application/cloudevents+json',
        'ce-id': id,
        traceparent: traceparentOf(id, id),
      },
    });
  }

  #hear(answer: PublishAnswer): void {
    if (answer.kind === 'stored') return;
    const request = answer.kind === 'refused' ? this.#published.get(answer.position) : undefined;
    this.#options.log.warn({ request, because: answer.because }, 'a request was not taken; it is sent again');
  }
}
