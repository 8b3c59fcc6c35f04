import { parseSubject, type ServiceName } from '@tocsin/contracts';
import type { Tables } from '../store/tables.ts';
import type { Streams } from '../stream/streams.ts';
import type { LaneRow } from './lane-row.ts';

/** Why a lane stands still, where, and what a person must do. */
export type Halt = { readonly position: number; readonly because: string; readonly remedy: string };

/** Where publishing goes on; `tailLost` counts positions that the log had acknowledged and no longer holds. */
export type Alignment =
  | { readonly kind: 'aligned'; readonly head: number; readonly tailLost: number }
  | { readonly kind: 'halted'; readonly halt: Halt }
  | { readonly kind: 'absent'; readonly because: string };

type Head = { readonly position: number; readonly eventId: string; readonly chain: string };

/** Messages beyond the mark that are compared one by one; a relay never has nearly as many on their way. */
const COMPARED_MAX = 5_000;
const COMPARED_AT_ONCE = 100;

/** What a comparison found, and the lane's row that it was made with. */
export type Aligning = { readonly lane: LaneRow; readonly alignment: Alignment };

/**
 * Compares the head of the stream with the journal: position, id and chain; and so everything beyond the mark. What is up
 * to the mark was acknowledged at its position. Beyond it somebody else's message may stand between ours: the one whose
 * place it took was refused, and the next ones, already on their way, fitted again.
 */
export async function align(tables: Tables, streams: Streams, service: ServiceName, stream: string): Promise<Aligning> {
  // The head first: its position was given before it was published, so the row that is read after it knows it, even
  // when another instance goes on meanwhile.
  const head = await readHead(streams, stream);
  const lane = await tables.readLane(stream);
  if (head !== null) return { lane, alignment: await compare(tables, streams, service, { lane, head }) };
  const because = `stream ${stream} does not exist; run the set-up, then it is filled again from the journal`;
  return { lane, alignment: { kind: 'absent', because } };
}

async function compare(
  tables: Tables,
  streams: Streams,
  service: ServiceName,
  { lane, head }: { readonly lane: LaneRow; readonly head: Head },
): Promise<Alignment> {
  const halted = (because: string, position = head.position): Alignment => ({
    kind: 'halted',
    halt: { position, because, remedy: `tocsin log repair ${service}` },
  });
  if (head.position > lane.position)
    return halted(`the log is at ${head.position}, beyond position ${lane.position}, the last one that was given`);
  const expected = await expectedHead(tables, lane, head.position);
  if (expected === 'not-kept') return halted(`the log ends at ${head.position}, older than what the journal keeps`);
  if (expected.eventId !== head.eventId || expected.chain !== head.chain)
    return halted(`position ${head.position} of the log is not the journal's event ${expected.eventId}`);
  if (head.position < lane.position) {
    const [next] = await tables.readJournal(head.position + 1, 1);
    if (next?.position !== head.position + 1)
      return halted(`the log ends at ${head.position}, and the journal no longer keeps ${head.position + 1}`);
  }
  const foreign = await firstForeign(tables, streams, lane, head.position);
  if (foreign !== null) return halted(`position ${foreign} of the log is not what the journal has there`, foreign);
  return { kind: 'aligned', head: head.position, tailLost: Math.max(0, lane.published - head.position) };
}

/** The first position beyond the mark where the log holds something else than the journal; null where it nowhere does. */
async function firstForeign(tables: Tables, streams: Streams, lane: LaneRow, head: number): Promise<number | null> {
  for (let from = Math.max(lane.published, head - COMPARED_MAX) + 1; from <= head; from += COMPARED_AT_ONCE) {
    const entries = await tables.readJournal(from, Math.min(COMPARED_AT_ONCE, head - from + 1));
    const messages = await Promise.all(entries.map(({ position }) => streams.message(lane.name, position)));
    const index = entries.findIndex(({ eventId, chain }, at) => {
      const message = messages[at];
      return message?.eventId !== eventId || message.chain !== chain.toString('hex');
    });
    if (index >= 0) return from + index;
  }
  return null;
}

async function readHead(streams: Streams, stream: string): Promise<Head | null> {
  const position = await streams.lastSequence(stream);
  if (position === null) return null;
  if (position === 0) return { position, eventId: '', chain: '' };
  const message = await streams.message(stream, position);
  if (message === null) throw new Error(`stream ${stream} holds no message at its own head ${position}`);
  if (parseSubject(message.subject) === null) return { position, eventId: 'foreign', chain: 'foreign' };
  return { position, eventId: message.eventId, chain: message.chain };
}

async function expectedHead(
  tables: Tables,
  lane: LaneRow,
  position: number,
): Promise<Omit<Head, 'position'> | 'not-kept'> {
  if (position === 0) return { eventId: '', chain: '' };
  if (position === lane.position) return { eventId: lane.last_event_id ?? '', chain: lane.chain.toString('hex') };
  const [entry] = await tables.readJournal(position, 1);
  if (entry?.position !== position) return 'not-kept';
  return { eventId: entry.eventId, chain: entry.chain.toString('hex') };
}
