import { streamOf, type ServiceName } from '@tocsin/contracts';
import type { LaneRow } from '../lane/lane-row.ts';
import { chainNext, chainStart } from '../lane/chain.ts';
import { laneNotAsAsked } from '../lane/topology.ts';
import { Cursor } from './cursor.ts';
import type { Difference } from './difference.ts';
import { keptEntries, type KeptPosition } from './kept-entries.ts';
import { readLaneRow, readStreamInfo, type LaneAccess, type Progress } from './lane-access.ts';
import {
  chainOf,
  entryOf,
  messageSentence,
  readLogged,
  stampDifference,
  type LoggedMessage,
} from './logged-messages.ts';
import { readOwedConsumers } from './repair-record.ts';
import { readListeners, type LaneListener } from './readers.ts';

/** What a lane was found to be. */
export type LaneVerification = {
  readonly service: ServiceName;
  readonly stream: string;
  readonly laneId: string;
  /** The first position that was looked at. */
  readonly from: number;
  /** The last position that the log holds. */
  readonly head: number;
  /** The last position that was given; beyond `head` while a relay is publishing. */
  readonly given: number;
  /** How many messages were read from the log, and how many of them journal or archives still keep. */
  readonly read: number;
  readonly compared: number;
  /** The first difference; null when everything agrees. */
  readonly difference: Difference | null;
  /** Archives that are recorded and cannot be read from here, and what else a person should know. */
  readonly notes: readonly string[];
};

export type VerifyOptions = LaneAccess & {
  readonly from?: number;
  readonly onProgress?: Progress;
};

const PROGRESS_EVERY = 1_000;

/**
 * Reads a lane from the log and holds it against its chain, its row, what journal and archives keep, and what others
 * have heard. It only reads, and may be run while the lane is being written. It stops at the first difference.
 */
export async function verifyLane(options: VerifyOptions): Promise<LaneVerification> {
  const { service, nats, database } = options;
  const before = await readLaneRow(options);
  const info = await readStreamInfo(options);
  const verifying = new Verifying(options, before);
  if (info === null) {
    verifying.differ({ position: 0, what: 'stream', expected: `stream ${before.name}`, found: 'none' });
    return verifying.result(0, before.position);
  }
  const replicas = info.config.num_replicas === 3 ? 3 : 1;
  const faults = laneNotAsAsked(nats, { service, laneId: before.lane_id }, replicas, info.config);
  const head = info.state.last_seq;
  if (!verifying.checkStream(faults)) return verifying.result(head, before.position);
  await verifying.read(head, await readListeners(database, service));
  const after = await readLaneRow(options);
  const isUnfinished = (await readOwedConsumers(database, options)) !== null;
  verifying.checkEnd(head, isUnfinished ? { ...before, published: after.position } : before, after);
  if (isUnfinished) verifying.note('a repair of this lane has begun and not ended; repairing again goes on');
  return verifying.result(head, after.position);
}

class Verifying {
  readonly #options: VerifyOptions;
  readonly #lane: LaneRow;
  readonly #from: number;
  readonly #notes: string[] = [];
  #chain: Buffer;
  #read = 0;
  #compared = 0;
  #difference: Difference | null = null;

  constructor(options: VerifyOptions, lane: LaneRow) {
    this.#options = options;
    this.#lane = lane;
    this.#from = Math.max(1, options.from ?? 1);
    this.#chain = chainStart(lane.lane_id);
  }

  /** The first difference is the one to tell; what follows from it is not news. */
  differ(difference: Difference): false {
    this.#difference ??= difference;
    return false;
  }

  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  checkStream(faults: readonly string[]): boolean {
    if (faults.length === 0) return true;
    return this.differ({
      position: 0,
      what: 'stream',
      expected: `the stream of lane ${this.#lane.lane_id}, as the set-up makes it`,
      found: faults.join('; '),
    });
  }

  async read(head: number, listeners: readonly LaneListener[]): Promise<void> {
    const { service, nats, database, onProgress } = this.#options;
    const isWithin = this.#from > 1;
    const start = isWithin ? this.#from - 1 : 1;
    const onDefect = (sentence: string) => this.#notes.push(sentence);
    const log = new Cursor(readLogged(nats, streamOf(service), start));
    const kept = new Cursor(keptEntries({ sql: database, files: [], onDefect }, start));
    try {
      if (isWithin && start <= head) this.#chain = await this.#chainAt(start, log, kept);
      for (let position = this.#from; position <= head && this.#difference === null; position += 1) {
        const logged = await log.at(position);
        this.#check(position, logged, await kept.at(position));
        for (const listener of listeners) if (listener.position === position) this.#checkListener(listener);
        if (this.#read % PROGRESS_EVERY === 0 || position === head)
          onProgress?.({ doing: `verifying ${service}`, done: position, total: head });
      }
    } finally {
      await log.close();
      await kept.close();
    }
  }

  checkEnd(head: number, before: LaneRow, after: LaneRow): void {
    if (head > after.position)
      this.differ({
        position: after.position + 1,
        what: 'ahead',
        expected: `the end of the log, because ${after.position} is the last position that was given`,
        found: `a log that goes on to ${head}`,
      });
    else if (head === after.position && !after.chain.equals(this.#chain) && head >= this.#from)
      this.differ({
        position: head,
        what: 'row',
        expected: `the chain of the lane's row, ${after.chain.toString('hex')}`,
        found: this.#chain.toString('hex'),
      });
    else if (head < before.published)
      this.differ({
        position: head + 1,
        what: 'tail',
        expected: `a log that goes on to ${before.published}`,
        found: 'the end of the log',
      });
  }

  result(head: number, given: number): LaneVerification {
    const { service } = this.#options;
    const { name: stream, lane_id: laneId } = this.#lane;
    return {
      service,
      stream,
      laneId,
      from: this.#from,
      head,
      given,
      read: this.#read,
      compared: this.#compared,
      difference: this.#difference,
      notes: this.#notes,
    };
  }

  async #chainAt(position: number, log: Cursor<LoggedMessage>, kept: Cursor<KeptPosition>): Promise<Buffer> {
    const known = (await kept.at(position))?.entries[0]?.entry.chain;
    const logged = await log.at(position);
    return known ?? Buffer.from(logged === null ? '' : chainOf(logged), 'hex');
  }

  #check(position: number, logged: LoggedMessage | null, kept: KeptPosition | null): boolean {
    const decided = kept?.entries[0]?.entry;
    const expectedEvent = decided === undefined ? 'an event' : `event ${decided.eventId}`;
    if (logged === null)
      return this.differ({ position, what: 'missing', expected: expectedEvent, found: 'nothing at that position' });
    this.#read += 1;
    const chain = chainNext(this.#chain, logged.subject, logged.body);
    if (chainOf(logged) !== chain.toString('hex')) {
      const isDecided = decided?.subject === logged.subject && decided.body.equals(logged.body);
      return decided === undefined || isDecided
        ? this.differ({
            position,
            what: 'chain',
            expected: `the chain ${chain.toString('hex')}`,
            found: chainOf(logged) || 'none',
          })
        : this.differ({ position, what: 'event', expected: expectedEvent, found: messageSentence(logged) });
    }
    this.#chain = chain;
    return this.#checkKept(position, logged, chain, kept);
  }

  #checkKept(position: number, logged: LoggedMessage, chain: Buffer, kept: KeptPosition | null): boolean {
    for (const { keeper, entry } of kept?.entries ?? []) {
      if (entry.chain.equals(chain) && entry.subject === logged.subject && entry.body.equals(logged.body)) continue;
      return this.differ({
        position,
        what: 'kept',
        expected: `in ${keeper} what the log holds, ${messageSentence(logged)}`,
        found: `event ${entry.eventId} with the chain ${entry.chain.toString('hex')}`,
      });
    }
    const decided = kept?.entries[0]?.entry;
    if (decided !== undefined) this.#compared += 1;
    const stamp = stampDifference(this.#lane.lane_id, decided ?? entryOf(logged), logged);
    if (stamp === null) return true;
    return this.differ({
      position,
      what: 'header',
      expected: `${stamp.header}: ${stamp.expected}`,
      found: stamp.found === '' ? 'no such header' : stamp.found,
    });
  }

  #checkListener({ reader, position, chain }: LaneListener): void {
    if (chain === this.#chain.toString('hex')) return;
    this.differ({
      position,
      what: 'reader',
      expected: `the chain that ${reader} has heard there, ${chain}`,
      found: this.#chain.toString('hex'),
    });
  }
}
