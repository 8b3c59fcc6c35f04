import type { Instant } from '@tocsin/domain-kit';
import {
  appendToJournal,
  readJournal,
  readUnnumbered,
  refuseUnpublishable,
  writePositions,
} from '../journal/journal.ts';
import { readLane, writeMark } from '../lane/lane-row.ts';
import { confirmLease, releaseLease, renewLease, takeLease } from '../lane/lease-row.ts';
import type { Database } from '../postgres/database.ts';
import { together } from '../postgres/in-flight.ts';
import type { Sql } from '../postgres/sql.ts';
import { moveCheckpoint, openCheckpoints } from '../step/checkpoint-store.ts';
import { findHandled, newestHandled, saveHandled } from '../step/command-store.ts';
import {
  loadDueTimers,
  loadEntities,
  loadTimersOf,
  nextDueAt,
  saveEntities,
  saveTimers,
} from '../step/entity-store.ts';
import { loadParked, loadParkedKeys, removeParked, saveParked } from '../step/parking.ts';
import type { Store, StepWrites, Tables } from './tables.ts';

/**
 * A service's tables in PostgreSQL, asked through one connection or one transaction. What writes and has nothing to
 * answer is handed to `send`.
 */
const tablesOf = (sql: Sql, send: Send): Tables => ({
  sql,
  takeLease: (claim) => takeLease(sql, claim),
  renewLease: (claim, fence) => renewLease(sql, claim, fence),
  confirmLease: (claim, fence) => confirmLease(sql, claim, fence),
  releaseLease: (claim, fence) => releaseLease(sql, claim, fence),
  readLane: (lane) => readLane(sql, lane),
  writeMark: (lane, boot, position) => writeMark(sql, lane, boot, position),
  readUnnumbered: (limit) => readUnnumbered(sql, limit),
  writePositions: (lane, entries) => send(writePositions(sql, lane, entries)),
  readJournal: (position, limit) => readJournal(sql, position, limit),
  openCheckpoints: (consumer, lanes) => openCheckpoints(sql, consumer, lanes),
  moveCheckpoint: (consumer, lane, from, to) => moveCheckpoint(sql, consumer, lane, from, to),
  writeServiceTime: (consumer, time) => send(writeServiceTime(sql, consumer, time)),
  readServiceTime: async (consumer) => {
    const { rows } = await sql.query<{ service_time: Instant | null }>(
      'SELECT service_time FROM consumer WHERE name = $1',
      [consumer],
    );
    return rows[0]?.service_time ?? null;
  },
  loadEntities: (ids) => loadEntities(sql, ids),
  loadTimersOf: (ids) => loadTimersOf(sql, ids),
  loadDueTimers: (horizon, limit) => loadDueTimers(sql, horizon, limit),
  nextDueAt: () => nextDueAt(sql),
  findHandled: (ids) => findHandled(sql, ids),
  newestHandled: (limit) => newestHandled(sql, limit),
  loadParkedKeys: () => loadParkedKeys(sql),
  loadParked: (parkKeys, limit) => loadParked(sql, parkKeys, limit),
  writeStep: (writes) => {
    for (const entry of writes.journal) refuseUnpublishable(entry);
    return send(writeStep(sql, writes));
  },
});

/** The store of a service in its own PostgreSQL schema. */
export const postgresStore = (database: Database): Store => ({
  ...tablesOf(database, (writing) => writing),
  transaction: (work) =>
    database.transaction(async (sql) => {
      const sent = new SentWrites();
      try {
        return await work(tablesOf(sql, (writing) => sent.add(writing)));
      } finally {
        await sent.settle();
      }
    }),
});

/** Takes a write that is on its way; what is returned may be waited for. */
type Send = (writing: Promise<void>) => Promise<void>;

/**
 * The writes of one transaction that nobody waits for one by one: they are on their way together, and all of them have
 * been answered before the transaction ends. A statement that fails makes PostgreSQL refuse all that follow, so that the
 * first failure is the one to tell, whatever was asked after it.
 */
class SentWrites {
  readonly #writes: Promise<void>[] = [];

  add(writing: Promise<void>): Promise<void> {
    writing.catch(() => undefined); // Told when all of them are settled.
    this.#writes.push(writing);
    return Promise.resolve();
  }

  /** @throws what the first failed write threw. */
  async settle(): Promise<void> {
    await together(this.#writes);
  }
}

async function writeServiceTime(sql: Sql, consumer: string, time: Instant): Promise<void> {
  await sql.query('UPDATE consumer SET service_time = $2 WHERE name = $1', [consumer, time]);
}

async function writeStep(
  sql: Sql,
  { entities, timersSet, timersCancelled, journal, parked, unparked, handled }: StepWrites,
): Promise<void> {
  await together([
    saveEntities(sql, entities),
    saveTimers(sql, timersSet, timersCancelled),
    appendToJournal(sql, journal),
    removeParked(sql, unparked),
    saveParked(sql, parked),
    saveHandled(sql, handled),
  ]);
}
