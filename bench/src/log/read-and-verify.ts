import { setImmediate as yieldToArrivals } from 'node:timers/promises';
import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { decodeEvent, parseSubject } from '@tocsin/contracts';
import { chainNext, heardBatch, HeardLane, wallClock } from '@tocsin/event-log/lane';
import type { Ground } from '../ground.ts';
import { expectCount, secondsOf, WrongResult, type Measurement } from './measurement.ts';
import { MeasuredLane, silentLog } from './measured-lane.ts';
import { pullAll } from './own-pulls.ts';

/** Messages of one step. */
const STEP = 500;

/** What a service does with every message before it may believe it: read, verify the chain, parse, validate. */
export async function readAndVerify(ground: Ground, events: number): Promise<Measurement> {
  const lane = await MeasuredLane.open(ground);
  await lane.fill(events);
  let durables = 0;
  const way = (name: string, kind: 'limit' | 'ours' | 'peer', read: () => Promise<void>) => ({
    name,
    kind,
    events,
    run: () => secondsOf(read),
  });
  return {
    title: 'read: pull, verify the chain, parse, validate',
    unit: 'events/s',
    ways: [
      way('own pulls, nothing looked at', 'limit', async () => {
        let counted = 0;
        await pullAll(lane.nats, lane.stream, events, () => (counted += 1));
        expectCount('messages', counted, events);
      }),
      way('own pulls, the same work', 'limit', async () => {
        const check = new Check(lane.start);
        await pullAll(lane.nats, lane.stream, events, ({ sequence, subject, headers, body }) => {
          check.take(sequence, subject, headers?.get('Tocsin-Chain') ?? '', body);
        });
        expectCount('messages', check.position, events);
      }),
      way('ours', 'ours', () => readAsAService(lane, events)),
      way('for await + ack, the same work', 'peer', () => readDurably(lane, events, `bench-${(durables += 1)}`)),
    ],
    goals: [{ way: 'ours', atLeast: 2.5, than: 'for await + ack, the same work' }],
    close: () => lane.close(),
  };
}

/** The service's own path, less the transaction: tend, take a verified batch, decode it, go on after it. */
async function readAsAService(lane: MeasuredLane, events: number): Promise<void> {
  let wake: () => void = () => undefined;
  const heard = new HeardLane(
    {
      service: 'ingestion',
      streams: lane.streams,
      log: silentLog,
      monotonicMs: wallClock.monotonicMs,
      onArrival: () => {
        wake();
      },
    },
    { position: 0, chain: lane.start, heardTime: null },
  );
  let decoded = 0;
  while (decoded < events) {
    await heard.tend();
    const batch = heard.hasMessages ? heard.take(STEP) : null;
    if (heard.halt !== null) throw new WrongResult(heard.halt.because);
    if (batch === null) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    for (const { position } of heardBatch('ingestion', batch.messages)) {
      decoded += 1;
      expectCount('position', position, decoded);
    }
    heard.advance({ ...batch.end, heardTime: null });
    await yieldToArrivals(); // Where a step waits for its transaction, messages arrive.
  }
  heard.close();
}

/** The way of the client's documentation: a durable consumer, its messages in a loop, each acknowledged. */
async function readDurably(lane: MeasuredLane, events: number, durable: string): Promise<void> {
  await lane.manager.consumers.add(lane.stream, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: 10_000,
  });
  const consumer = await jetstream(lane.nats).consumers.get(lane.stream, durable);
  const check = new Check(lane.start);
  const messages = await consumer.consume({ max_messages: 2_000 });
  for await (const message of messages) {
    check.take(message.seq, message.subject, message.headers?.get('Tocsin-Chain') ?? '', message.data);
    message.ack();
    if (check.position === events) break;
  }
  await lane.nats.flush();
  expectCount('messages', check.position, events);
  await lane.manager.consumers.delete(lane.stream, durable);
}

/** The same work, written by hand. */
class Check {
  position = 0;
  #chain: Uint8Array;

  constructor(start: Uint8Array) {
    this.#chain = start;
  }

  take(sequence: number, subject: string, chain: string, body: Uint8Array): void {
    expectCount('position', sequence, this.position + 1);
    const expected = chainNext(this.#chain, subject, body);
    if (expected.toString('hex') !== chain) throw new WrongResult(`position ${sequence} does not follow the chain`);
    if (parseSubject(subject) === null) throw new WrongResult(`'${subject}' is no subject of this system`);
    decodeEvent(body, { lane: 'LOG_INGESTION', position: sequence });
    this.position = sequence;
    this.#chain = expected;
  }
}
