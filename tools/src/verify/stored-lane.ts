import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvent, streamOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { chainNext, chainStart, readArchive, type Database } from '@tocsin/event-log';
import { explain } from '@tocsin/service-kit';

/** A lane as the log holds it, read from its first position to its head. */
export type StoredLane = {
  readonly service: ServiceName;
  readonly events: readonly Recorded<AnyEvent>[];
  /** Journalled events that are not in the log, or not as they are in the journal. */
  readonly lost: number;
  /** Events that the log holds more than once. */
  readonly duplicated: number;
  /** Positions that are missing, or do not follow the chain. */
  readonly chainBreaks: number;
  /** Every message by its position, whether it can be read or not. */
  readonly messages: readonly { readonly position: number; readonly subject: string; readonly chain: string }[];
  /** What no reader can read, in words. Who hears it parks its key, or stands still. */
  readonly unreadable: readonly string[];
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

/** Of many findings of one kind, the first are enough to look for the cause. */
const SHOWN_MAX = 10;

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
  const journal = [...(await archivedRows(database)), ...(await journalRows(database))];
  const { events, unreadable } = read(service, messages);
  const broken = brokenPositions(messages, lanes[0]?.lane_id ?? '');
  const lost = lostEvents(messages, journal);
  const duplicated = messages.length - new Set(messages.map(({ id }) => id)).size;
  const findings = [
    ...broken.slice(0, SHOWN_MAX).map((position) => `lane ${service}: position ${position} does not follow the chain`),
    ...lost
      .slice(0, SHOWN_MAX)
      .map(
        ({ event_id, position }) =>
          `lane ${service}: the log does not hold ${event_id} at position ${position ?? '(none yet)'}`,
      ),
    ...(duplicated === 0 ? [] : [`lane ${service}: ${duplicated} events are in the log more than once`]),
    ...(journal.length === messages.length
      ? []
      : [`lane ${service}: ${journal.length} events are journalled, ${messages.length} are in the log`]),
  ];
  return {
    service,
    events,
    lost: lost.length,
    duplicated,
    chainBreaks: broken.length,
    messages: messages.map(({ position, subject, chain }) => ({ position, subject, chain })),
    unreadable,
    findings,
  };
}

function read(
  service: ServiceName,
  messages: readonly Message[],
): { readonly events: readonly Recorded<AnyEvent>[]; readonly unreadable: readonly string[] } {
  const events: Recorded<AnyEvent>[] = [];
  const unreadable: string[] = [];
  for (const { body, position } of messages) {
    try {
      events.push(decodeEvent(body, { lane: streamOf(service), position }));
    } catch (error) {
      unreadable.push(`lane ${service}: position ${position} cannot be read: ${explain(error)}`);
    }
  }
  return { events, unreadable };
}

async function journalRows(database: Database): Promise<readonly JournalRow[]> {
  const { rows } = await database.query<JournalRow>(
    'SELECT position, event_id, chain FROM journal ORDER BY position NULLS LAST',
  );
  return rows;
}

/** What has left the journal for files. */
async function archivedRows(database: Database): Promise<readonly JournalRow[]> {
  const { rows: archives } = await database.query<{ file: string }>(
    'SELECT file FROM archived ORDER BY first_position',
  );
  const archived: JournalRow[] = [];
  for (const { file } of archives)
    for await (const { position, eventId, chain } of readArchive(file))
      archived.push({ position, event_id: eventId, chain });
  return archived;
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
    const before = messages.length;
    for await (const { seq, subject, headers, data } of batch)
      messages.push({
        position: seq,
        id: headers?.get('ce-id') ?? '',
        chain: headers?.get('Tocsin-Chain') ?? '',
        subject,
        body: data,
      });
    // What a server cannot read any more is counted and never comes: it will be missing from the chain.
    if (messages.length === before) break;
  }
  return messages;
}

/** Positions after which the log is not the chain that it says it is: after each, what follows is believed again. */
function brokenPositions(messages: readonly Message[], laneId: string): readonly number[] {
  const broken: number[] = [];
  let before = { position: 0, chain: chainStart(laneId) };
  for (const { position, subject, body, chain } of messages) {
    const follows = chainNext(before.chain, subject, body).toString('hex') === chain;
    if (position !== before.position + 1 || !follows) broken.push(position);
    before = { position, chain: Buffer.from(chain, 'hex') };
  }
  return broken;
}

function lostEvents(messages: readonly Message[], journal: readonly JournalRow[]): readonly JournalRow[] {
  const logged = new Map(messages.map(({ position, id, chain }) => [position, `${id} ${chain}`]));
  return journal.filter(
    ({ position, event_id, chain }) =>
      position === null || logged.get(position) !== `${event_id} ${chain?.toString('hex') ?? ''}`,
  );
}
