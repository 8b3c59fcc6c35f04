import { assert, type Instant } from '@tocsin/domain-kit';
import { appendToJournal, readJournal, readUnnumbered, writePositions } from '../journal/journal.ts';
import type { LaneRow } from '../lane/alignment.ts';
import { confirmLease, releaseLease, renewLease, takeLease } from '../lane/lease-row.ts';
import type { Database } from '../postgres/database.ts';
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
import { loadParkedKeys, saveParked } from '../step/parking.ts';
import type { Store, StepWrites, Tables } from './tables.ts';

/** A service's tables in PostgreSQL, asked through one connection or one transaction. */
const tablesOf = (sql: Sql): Tables => ({
  sql,
  takeLease: (claim) => takeLease(sql, claim),
  renewLease: (claim, fence) => renewLease(sql, claim, fence),
  confirmLease: (claim, fence) => confirmLease(sql, claim, fence),
  releaseLease: (claim, fence) => releaseLease(sql, claim, fence),
  readLane: (lane) => readLane(sql, lane),
  writeMark: (lane, boot, position) => writeMark(sql, lane, boot, position),
  readUnnumbered: (limit) => readUnnumbered(sql, limit),
  writePositions: (lane, entries) => writePositions(sql, lane, entries),
  readJournal: (position, limit) => readJournal(sql, position, limit),
  openCheckpoints: (consumer, lanes) => openCheckpoints(sql, consumer, lanes),
  moveCheckpoint: (consumer, lane, from, to) => moveCheckpoint(sql, consumer, lane, from, to),
  writeServiceTime: async (consumer, time) => {
    await sql.query('UPDATE consumer SET service_time = $2 WHERE name = $1', [consumer, time]);
  },
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
  writeStep: (writes) => writeStep(sql, writes),
});

/** The store of a service in its own PostgreSQL schema. */
export const postgresStore = (database: Database): Store => ({
  ...tablesOf(database),
  transaction: (work) => database.transaction((sql) => work(tablesOf(sql))),
});

async function readLane(sql: Sql, lane: string): Promise<LaneRow> {
  const { rows } = await sql.query<LaneRow>(
    'SELECT name, lane_id, position, chain, last_event_id, published FROM lane WHERE name = $1',
    [lane],
  );
  const [row] = rows;
  assert(row !== undefined, `the set-up made the row of lane ${lane}`);
  return row;
}

async function writeMark(sql: Sql, lane: string, boot: string, position: number): Promise<void> {
  await sql.query('UPDATE lane SET published = $2 WHERE name = $1 AND boot = $3', [lane, position, boot]);
}

async function writeStep(
  sql: Sql,
  { entities, timersSet, timersCancelled, journal, parked, handled }: StepWrites,
): Promise<void> {
  await saveEntities(sql, entities);
  await saveTimers(sql, timersSet, timersCancelled);
  await appendToJournal(sql, journal);
  await saveParked(sql, parked);
  await saveHandled(sql, handled);
}
