import { jetstream } from '@nats-io/jetstream';
import { createInbox, headers, type MsgHdrs } from '@nats-io/transport-node';
import type { NumberedEntry } from '@tocsin/event-log/lane';
import type { Ground } from '../ground.ts';
import { expectCount, secondsOf, WrongResult, type Measurement } from './measurement.ts';
import { MeasuredLane } from './measured-lane.ts';
import { publishRaw, render } from './raw-socket.ts';

/** Published and not yet acknowledged, at most; what the client's authors recommend for throughput, and more. */
const WINDOW = 1_024;

/** The relay's publisher: six headers, a fence on every message, and the stream refuses doubles and disorder. */
export async function relayPublish(ground: Ground, events: number): Promise<Measurement> {
  const lane = await MeasuredLane.open(ground);
  const entries = lane.entries(events);
  const chunks = render(
    entries.map((entry) => ({ ...entry, header: [...placeOf(entry, lane.laneId), ...tellingOf(entry)] })),
  );
  const way = (name: string, kind: 'limit' | 'ours' | 'peer', publish: () => Promise<void>) => ({
    name,
    kind,
    events,
    run: async () => {
      await lane.empty();
      const seconds = await secondsOf(publish);
      await lane.expectEntries(entries);
      return seconds;
    },
  });
  return {
    title: 'relay publish: headers, message id and fence on every message',
    unit: 'events/s',
    ways: [
      way('raw socket, frames made beforehand', 'limit', () =>
        publishRaw(ground.natsUrl, { chunks, count: events, window: WINDOW }),
      ),
      way('own loop, one inbox', 'limit', () => publishByHand(lane, entries)),
      way('ours', 'ours', () => lane.publish(entries)),
      way('js.publish', 'peer', () => publishByJetStream(lane, entries)),
    ],
    goals: [{ way: 'ours', atLeast: 3, than: 'js.publish' }],
    close: () => lane.close(),
  };
}

/** The client's own publish, as many awaited together as the window holds. */
async function publishByJetStream({ nats, laneId }: MeasuredLane, entries: readonly NumberedEntry[]): Promise<void> {
  const js = jetstream(nats);
  const waiting: Promise<void>[] = [];
  for (const entry of entries) {
    const { position, subject, body } = entry;
    const options = {
      msgID: `${laneId}:${position}`,
      expect: { lastSequence: position - 1 },
      headers: headersOf(tellingOf(entry)),
    };
    waiting.push(
      js.publish(subject, body, options).then(({ seq }) => {
        if (seq !== position) throw new WrongResult(`position ${position} was acknowledged as ${seq}`);
      }),
    );
    if (waiting.length >= WINDOW) await waiting[waiting.length - WINDOW];
  }
  await Promise.all(waiting);
}

/** What a person would write to be fast: one inbox for all acknowledgements, and nothing more than counting them. */
async function publishByHand({ nats, laneId }: MeasuredLane, entries: readonly NumberedEntry[]): Promise<void> {
  const inbox = createInbox();
  let sent = 0;
  let acknowledged = 0;
  await new Promise<void>((resolve, reject) => {
    const fill = () => {
      for (; sent < entries.length && sent - acknowledged < WINDOW; sent += 1) {
        const entry = entries[sent];
        if (entry)
          nats.publish(entry.subject, entry.body, {
            headers: headersOf([...placeOf(entry, laneId), ...tellingOf(entry)]),
            reply: `${inbox}.${sent}`,
          });
      }
    };
    nats.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        const { seq } = message.json<{ seq?: number }>();
        acknowledged += 1;
        if (error || seq !== acknowledged)
          reject(error ?? new WrongResult(`${acknowledged} was acknowledged as ${seq ?? 'nothing'}`));
        if (sent - acknowledged <= WINDOW / 2) fill();
        if (acknowledged === entries.length) resolve();
      },
    });
    fill();
  });
  expectCount('acknowledgements', acknowledged, entries.length);
}

type Header = readonly [name: string, value: string];

/** The headers by which the stream refuses doubles and disorder. */
const placeOf = ({ position }: NumberedEntry, laneId: string): readonly Header[] => [
  ['Nats-Msg-Id', `${laneId}:${position}`],
  ['Nats-Expected-Last-Sequence', String(position - 1)],
];

/** The headers that tell what a message is. */
const tellingOf = ({ chain, eventId, traceparent }: NumberedEntry): readonly Header[] => [
  ['Tocsin-Chain', chain.toString('hex')],
  ['Content-Type', 'application/cloudevents+json'],
  ['ce-id', eventId],
  ['traceparent', traceparent],
];

function headersOf(fields: readonly Header[]): MsgHdrs {
  const head = headers();
  for (const [name, value] of fields) head.set(name, value);
  return head;
}
