import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

export type SinkChannel = 'webhook' | 'email';

/** One message as it came in. */
export type Arrival = {
  readonly channel: SinkChannel;
  /** The sender's own id of the message: what a receiver tells repeats by. Null when it carried none. */
  readonly notificationId: string | null;
  readonly title: string;
  readonly text: string;
  /** Whether the signature was right; null where the channel has none. */
  readonly isAuthentic: boolean | null;
  /** On the sink's wall clock. */
  readonly arrivedAt: string;
};

/** What came in on one channel, counted the way a careful receiver counts. */
export type Tally = {
  readonly arrivals: number;
  /** Of messages that carry an id, each counted once. */
  readonly distinct: number;
  /** Messages that cannot be told apart, or whose signature is wrong. */
  readonly suspect: number;
  /** Every id once, in order of first arrival. */
  readonly ids: readonly string[];
};

/** Keeps what came in, in memory and in a file, so that a second start still knows it. */
export class Inbox {
  readonly #file: string;
  readonly #arrivals: Arrival[];

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#arrivals = existsSync(file) ? readLines(file) : [];
  }

  /** Writes the message down; when this returns, it will not be lost with the process. */
  receive(arrival: Arrival): void {
    appendFileSync(this.#file, `${JSON.stringify(arrival)}\n`);
    this.#arrivals.push(arrival);
  }

  tally(channel: SinkChannel): Tally {
    const mine = this.#arrivals.filter((arrival) => arrival.channel === channel);
    const ids = [...new Set(mine.flatMap(({ notificationId }) => notificationId ?? []))];
    const suspect = mine.filter(({ notificationId, isAuthentic }) => notificationId === null || isAuthentic === false);
    return { arrivals: mine.length, distinct: ids.length, suspect: suspect.length, ids };
  }

  /** The newest first. */
  newest(countMax: number): readonly Arrival[] {
    return this.#arrivals.slice(-countMax).reverse();
  }
}

/** A line that a crash cut short was never answered for; it is cut off, so that the next one begins on a line of its own. */
function readLines(file: string): Arrival[] {
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf('\n') + 1;
  truncateSync(file, whole);
  return bytes
    .subarray(0, whole)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Arrival);
}
