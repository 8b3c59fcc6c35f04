import { AckPolicy, DeliverPolicy, jetstream, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Unreachable } from '@tocsin/domain-kit';
import type { NumberedEntry } from '../journal/journal.ts';
import { stampOf } from '../lane/stamp.ts';
import { isStreamMissing } from '../lane/stream-missing.ts';
import { managerOf } from './lane-access.ts';

/** A message as the log holds it, with all that the relay stamps on one. */
export type LoggedMessage = {
  readonly position: number;
  readonly subject: string;
  /** By the name of the header; empty where the message carries none. */
  readonly stamp: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** One header that is not what the relay writes. */
export type StampDifference = { readonly header: string; readonly expected: string; readonly found: string };

const READ_AT_ONCE = 1_000;
/** How long a batch may take; where it is not complete by then, what has come is taken. */
const FETCH_MAX_MS = 2_000;
const CONSUMER_IDLE_MAX_MS = 30_000;
const NANOS_PER_MS = 1_000_000;
/** Reading is begun anew where it stopped; so often without a single message in between, and it is given up. */
const FAILURES_MAX = 4;

/**
 * Reads a stream in order from `from` to `to`, at most to the head that it has when reading begins, in batches.
 * Positions that the stream does not hold are simply not there; a stream that does not exist holds none. Nothing is left
 * behind.
 * @throws {Unreachable} when the server stops to give what it says that it has.
 */
export async function* readLogged(
  nats: NatsConnection,
  stream: string,
  from: number,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly LoggedMessage[]> {
  const manager = await managerOf(nats);
  const head = Math.min(to, await headOf(manager, stream));
  let next = Math.max(1, from);
  for (let failures = 0; next <= head;) {
    try {
      for await (const batch of readOnce({ nats, manager }, stream, next, head)) {
        yield batch;
        next = (batch.at(-1)?.position ?? next) + 1;
        failures = 0;
      }
      return;
    } catch (error) {
      failures += 1;
      if (isStreamMissing(error)) throw error;
      if (failures >= FAILURES_MAX)
        throw new Unreachable(
          `stream ${stream} cannot be read from ${next} on`,
          { retryAfterMs: 1_000 },
          { cause: error },
        );
    }
  }
}

async function headOf(manager: JetStreamManager, stream: string): Promise<number> {
  try {
    return (await manager.streams.info(stream)).state.last_seq;
  } catch (error) {
    if (isStreamMissing(error)) return 0;
    throw error;
  }
}

async function* readOnce(
  { nats, manager }: { readonly nats: NatsConnection; readonly manager: JetStreamManager },
  stream: string,
  from: number,
  head: number,
): AsyncGenerator<readonly LoggedMessage[]> {
  const { name, num_pending: pending } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    inactive_threshold: CONSUMER_IDLE_MAX_MS * NANOS_PER_MS,
    mem_storage: true,
    num_replicas: 1,
  });
  try {
    const consumer = await jetstream(nats).consumers.get(stream, name);
    for (let left = pending; left > 0;) {
      const asked = Math.min(READ_AT_ONCE, left);
      const batch: LoggedMessage[] = [];
      for await (const message of await consumer.fetch({ max_messages: asked, expires: FETCH_MAX_MS })) {
        // A consumer that begins beyond the head is started at the head by the server.
        if (message.seq >= from && message.seq <= head) batch.push(loggedMessage(message));
        // A message that a server cannot read any more is counted and never comes: nothing to wait for at the end.
        if (message.seq >= head) break;
      }
      if (batch.length > 0) yield batch;
      if ((batch.at(-1)?.position ?? 0) >= head) return;
      left -= batch.length;
      if (batch.length === asked) continue;
      if ((await consumer.info()).num_pending === 0) return;
      if (batch.length === 0) throw new Error(`none of ${asked} messages came within ${FETCH_MAX_MS} ms`);
    }
  } finally {
    // Where this does not succeed the server forgets the consumer by itself.
    await manager.consumers.delete(stream, name).catch(() => undefined);
  }
}

const loggedMessage = ({ seq, subject, headers, data }: JsMsg): LoggedMessage => ({
  position: seq,
  subject,
  stamp: Object.fromEntries((headers?.keys() ?? []).map((name) => [name, headers?.get(name) ?? ''])),
  body: data,
});

/** The chain value that a message carries, in hexadecimal; empty where it carries none. */
export const chainOf = ({ stamp }: LoggedMessage): string => stamp['Tocsin-Chain'] ?? '';

/** What the relay would have journalled to publish this message. */
export const entryOf = (message: LoggedMessage): NumberedEntry => ({
  position: message.position,
  chain: Buffer.from(chainOf(message), 'hex'),
  eventId: message.stamp['ce-id'] ?? '',
  subject: message.subject,
  traceparent: message.stamp['traceparent'] ?? '',
  body: Buffer.from(message.body),
});

/** Finds the first header of `message` that is not what the relay writes for `entry`. */
export function stampDifference(laneId: string, entry: NumberedEntry, message: LoggedMessage): StampDifference | null {
  for (const [header, expected] of Object.entries(stampOf(laneId, entry))) {
    const found = message.stamp[header] ?? '';
    if (found !== expected) return { header, expected, found };
  }
  return null;
}

/** Whether `message` is, byte for byte, what the relay publishes for `entry`. */
export const isPublished = (laneId: string, entry: NumberedEntry, message: LoggedMessage): boolean =>
  message.subject === entry.subject &&
  entry.body.equals(message.body) &&
  stampDifference(laneId, entry, message) === null;

/** Says what a message is, for a person. */
export const messageSentence = ({ subject, stamp }: LoggedMessage): string =>
  stamp['ce-id'] === undefined ? `a message on ${subject} that is no event` : `event ${stamp['ce-id']} on ${subject}`;
