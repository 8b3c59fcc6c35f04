import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvent, streamOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { chainNext, chainStart, type Database } from '@tocsin/event-log';

/** A lane as the log holds it, read from its first position to its head. */
export type StoredLane = {
  readonly service: ServiceName;
  readonly events: readonly Recorded<AnyEvent>[];
  /** What is wrong with it; empty when it is what the journal says. */
  readonly findings: readonly string[];
};

type Message = {
  readonly position: number;
  readonly id: string;
  readonly chain: string;
  readonly subject: string;
  readonly body: Uint8Array;
};

type JournalRow = { readonly position: number | null; readonly event_id: string; readonly chain: Buffer | null };

const READ_AT_ONCE = 1_000;

/** Reads a lane and holds it against its journal: every journalled event once, at its position, in one chain. */
export async function readStoredLane(
  nats: NatsConnection,
  database: Database,
  service: ServiceName,
): Promise<StoredLane> {
  const messages = await readMessages(nats, streamOf(service));
  const { rows: lanes } = await database.query<{ lane_id: string }>('SELECT lane_id FROM lane WHERE name = $1', [
    streamOf(service),
  ]);
  const { rows: journal } = await database.query<JournalRow>(
    'SELECT position, event_id, chain FROM journal ORDER BY position NULLS LAST',
  );
  const events = messages.map(({ body, position }) => decodeEvent(body, { lane: service, position }));
  const findings = [
    ...chainFindings(service, messages, lanes[0]?.lane_id ?? ''),
    ...journalFindings(service, messages, journal),
  ];
  return { service, events, findings };
}

async function readMessages(nats: NatsConnection, stream: string): Promise<readonly Message[]> {
  const consumer = await jetstream(nats).consumers.get(stream);
  const { num_pending: count } = await consumer.info();
  const messages: Message[] = [];
  while (messages.length < count) {
    const batch = await consumer.fetch({
      max_messages: Math.min(READ_AT_ONCE, count - messages.length),
      expires: 5_000,
    });
    for await (const { seq, subject, headers, data } of batch)
      messages.push({
        position: seq,
        id: headers?.get('ce-id') ?? '',
        chain: headers?.get('Tocsin-Chain') ?? '',
        subject,
        body: data,
      });
  }
  return messages;
}

function chainFindings(service: ServiceName, messages: readonly Message[], laneId: string): readonly string[] {
  let chain = chainStart(laneId);
  for (const [index, { position, subject, body, chain: carried }] of messages.entries()) {
    if (position !== index + 1) return [`lane ${service}: position ${index + 1} is missing`];
    chain = chainNext(chain, subject, body);
    if (chain.toString('hex') !== carried) return [`lane ${service}: position ${position} does not follow the chain`];
  }
  return [];
}

function journalFindings(
  service: ServiceName,
  messages: readonly Message[],
  journal: readonly JournalRow[],
): readonly string[] {
  const unnumbered = journal.filter(({ position }) => position === null).length;
  const logged = new Map(messages.map(({ position, id, chain }) => [position, `${id} ${chain}`]));
  const differing = journal.filter(
    ({ position, event_id, chain }) =>
      position !== null && logged.get(position) !== `${event_id} ${chain?.toString('hex') ?? ''}`,
  );
  return [
    ...(unnumbered === 0 ? [] : [`lane ${service}: ${unnumbered} journalled events have no position yet`]),
    ...(differing.length === 0
      ? []
      : [`lane ${service}: ${differing.length} journalled events are not in the log as they are in the journal`]),
    ...(journal.length === messages.length
      ? []
      : [`lane ${service}: ${journal.length} events are journalled, ${messages.length} are in the log`]),
  ];
}
