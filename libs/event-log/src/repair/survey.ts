import type { StreamInfo } from '@nats-io/jetstream';
import { streamOf } from '@tocsin/contracts';
import type { LaneRow } from '../lane/lane-row.ts';
import { chainNext } from '../lane/chain.ts';
import { laneNotAsAsked } from '../lane/topology.ts';
import type { Difference } from './difference.ts';
import { readLaneRow, readStreamInfo, type LaneAccess, type Progress } from './lane-access.ts';
import { chainOf, isPublished, messageSentence, readLogged } from './logged-messages.ts';
import { readListeners, type LaneListener } from './readers.ts';
import { soundLane, type SoundPosition } from './sound-lane.ts';

/** A lane as it must be, held against the log as it is; what a repair is decided on. */
export type LaneSurvey = {
  readonly lane: LaneRow;
  /** Null when there is no stream. */
  readonly stream: StreamInfo | null;
  /** What of the stream is not as the set-up makes it. */
  readonly streamFaults: readonly string[];
  /** The log holds the positions from the first to this one as it must. */
  readonly soundUpTo: number;
  /** The first position that it does not; null when it holds all of them. */
  readonly first: Difference | null;
  /** Messages up to the lane's last position that are not the lane's. */
  readonly wrong: number;
  /** Messages beyond it that follow the chain: facts that this database does not know. */
  readonly later: number;
  /** Messages beyond it that do not: they were never this lane's. */
  readonly strange: number;
  /** Positions that nobody but the log keeps. */
  readonly onlyLogged: number;
  /** What the messages of the lane take in a stream, about. */
  readonly bytes: number;
  /** Services that have heard something else than the lane says, or more. */
  readonly strayed: readonly LaneListener[];
  readonly notes: readonly string[];
};

export type SurveyOptions = LaneAccess & { readonly archives: readonly string[]; readonly onProgress?: Progress };

const PROGRESS_EVERY = 1_000;
/** A record's own header, its index and the names and values of the stamp. */
const BYTES_PER_MESSAGE = 420;

/**
 * Reads the lane as it must be and the log as it is, from the first position to the end. It changes nothing.
 * @throws {RepairRefused} when the lane cannot be told soundly.
 */
export async function surveyLane(options: SurveyOptions): Promise<LaneSurvey> {
  const { service, nats, database, archives, onProgress } = options;
  const lane = await readLaneRow(options);
  const stream = await readStreamInfo(options);
  const listeners = await readListeners(database, service);
  const notes: string[] = [];
  const strayed: LaneListener[] = [];
  const counted = { soundUpTo: 0, wrong: 0, onlyLogged: 0, bytes: 0 };
  let first: Difference | null = null;
  const onDefect = (sentence: string) => notes.push(sentence);
  for await (const sound of soundLane({ ...options, lane, files: archives, onDefect })) {
    const { entry, isKept, logged } = sound;
    const isSound = logged !== null && isPublished(lane.lane_id, entry, logged);
    if (!isSound) first ??= differenceAt(sound);
    if (first === null) counted.soundUpTo = entry.position;
    if (!isSound && logged !== null) counted.wrong += 1;
    if (!isKept) counted.onlyLogged += 1;
    counted.bytes += entry.body.length + entry.subject.length + BYTES_PER_MESSAGE;
    for (const listener of listeners)
      if (listener.position === entry.position && listener.chain !== entry.chain.toString('hex'))
        strayed.push(listener);
    if (entry.position % PROGRESS_EVERY === 0 || entry.position === lane.position)
      onProgress?.({ doing: `checking ${service}`, done: entry.position, total: lane.position });
  }
  // A relay may have numbered and published meanwhile; what the log held before its row was read, the row must know.
  const held = (await readStreamInfo(options))?.state.last_seq ?? 0;
  const latest = await readLaneRow(options);
  strayed.push(...listeners.filter(({ position }) => position > latest.position));
  const replicas = stream?.config.num_replicas === 3 ? 3 : 1;
  const identity = { service, laneId: lane.lane_id };
  return {
    lane,
    stream,
    streamFaults: stream === null ? [] : laneNotAsAsked(nats, identity, replicas, stream.config),
    first,
    ...counted,
    ...(await surveyBeyond(options, latest, held)),
    strayed,
    notes,
  };
}

function differenceAt({ entry: { position, eventId }, logged }: SoundPosition): Difference {
  const expected = `event ${eventId}`;
  return logged === null
    ? { position, what: 'missing', expected, found: 'nothing at that position' }
    : { position, what: 'event', expected, found: messageSentence(logged) };
}

/** Counts what the log holds beyond the last position that was given: first what follows the chain, then the rest. */
async function surveyBeyond(
  { service, nats }: LaneAccess,
  latest: LaneRow,
  held: number,
): Promise<{ readonly later: number; readonly strange: number }> {
  let { chain, position } = latest;
  let strange = 0;
  for await (const batch of readLogged(nats, streamOf(service), latest.position + 1, held))
    for (const message of batch) {
      const next = chainNext(chain, message.subject, message.body);
      if (strange === 0 && message.position === position + 1 && chainOf(message) === next.toString('hex')) {
        position = message.position;
        chain = next;
      } else strange += 1;
    }
  return { later: position - latest.position, strange };
}
