import { streamOf, type ServiceName } from '@tocsin/contracts';
import { assert, type Instant } from '@tocsin/domain-kit';
import { refuseUnpublishable, type NumberedEntry } from '../journal/journal.ts';
import { chainStart } from '../lane/chain.ts';
import type { Sql } from '../postgres/sql.ts';
import type { Checkpoint } from '../step/checkpoint-store.ts';
import type { EntityId, TimerId } from '../step/entity-store.ts';
import type { Store, Tables } from '../store/tables.ts';
import type { JournalRow, MemoryDatabase } from './memory-database.ts';
import { leasesOf, type Ask, type LeaseMethods } from './memory-leases.ts';
import { ServerFault, type MemorySession } from './memory-session.ts';
import type { Wire } from './wire.ts';

/** The twin has the log's own tables and no language to ask for others. */
const noSql: Sql = {
  query: (text) => Promise.reject(new Error(`the twin knows no SQL: ${text}`)),
};

const SERIALIZATION_FAILURE = '40001';
const TRANSACTION_ABORTED = '25P02';
const CONFLICT_RETRIES_MAX = 5;

/** The store of one process on a database of the twin. */
export function memoryStore(database: MemoryDatabase, owner: string, wire: Wire): Store {
  const alone: Ask = (what, work) =>
    wire.call(what, async () => {
      const session = database.begin(owner);
      try {
        const result = await session.statement(work);
        session.commit();
        return result;
      } catch (error) {
        session.rollback();
        throw error;
      }
    });
  return {
    ...tablesOf(database, alone),
    async transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result> {
      for (let attempt = 1; ; attempt += 1) {
        const session = await wire.call('BEGIN', () => database.begin(owner));
        const inside = inOrder(session, wire);
        try {
          const result = await work(tablesOf(database, inside));
          await wire.call('COMMIT', () => {
            session.commit();
          });
          return result;
        } catch (error) {
          await wire
            .call('ROLLBACK', () => {
              session.rollback();
            })
            .catch(() => undefined);
          const isConflict = error instanceof ServerFault && error.code === SERIALIZATION_FAILURE;
          if (!isConflict || attempt >= CONFLICT_RETRIES_MAX) throw error;
        }
      }
    },
  };
}

/**
 * Statements of a session run in the order in which they were asked, also when they do not wait for each other; once one
 * has failed, the server refuses those behind it.
 */
function inOrder(session: MemorySession, wire: Wire): Ask {
  let before: Promise<unknown> = Promise.resolve();
  return (what, work) => {
    const asked = before.then(
      () => wire.call(what, () => session.statement(work)),
      () => {
        throw new ServerFault(TRANSACTION_ABORTED, `current transaction is aborted before ${what}`);
      },
    );
    asked.catch(() => undefined); // Told to whoever asked.
    before = asked;
    return asked;
  };
}

const idOf = ({ type, key }: EntityId): string => `${type}/${key}`;
const timerIdOf = ({ type, key, name }: TimerId): string => `${type}/${key}/${name}`;
const byDue = (a: TimerId & { readonly dueAt: Instant }, b: TimerId & { readonly dueAt: Instant }): number =>
  a.dueAt !== b.dueAt ? (a.dueAt < b.dueAt ? -1 : 1) : timerIdOf(a) < timerIdOf(b) ? -1 : 1;

const numberedOf = ({ position, chain, ...entry }: JournalRow): NumberedEntry => {
  assert(position !== null && chain !== null, 'a row that is read by its position has one');
  return { ...entry, position, chain };
};

const tablesOf = (database: MemoryDatabase, ask: Ask): Tables => ({
  sql: noSql,
  ...leasesOf(database, ask),
  ...laneOf(database, ask),
  ...consumerOf(database, ask),
  ...entitiesOf(database, ask),
});

type LaneMethods = Pick<Tables, 'readLane' | 'writeMark' | 'readUnnumbered' | 'writePositions' | 'readJournal'>;

const laneOf = (database: MemoryDatabase, ask: Ask): LaneMethods => ({
  readLane: () => ask('read lane', () => ({ ...database.lane })),
  writeMark: (lane, boot, position) =>
    ask('write mark', async (session) => {
      await session.lock(`lane:${lane}`);
      if (database.leases.get(`lane:${lane}`)?.boot !== boot) return;
      session.write(() => {
        database.lane.published = position;
      });
    }),
  readUnnumbered: (limit) =>
    ask('read unnumbered', () =>
      database.unnumbered(limit).map(({ insertId, eventId, subject, traceparent, body }) => ({
        insertId,
        eventId,
        subject,
        traceparent,
        body,
      })),
    ),
  writePositions: (lane, entries) =>
    ask('write positions', async (session) => {
      await session.lock(`lane:${lane}`);
      const rows = new Map(database.journal.map((row) => [row.insertId, row]));
      session.write(() => {
        for (const { insertId, position, chain, eventId } of entries) {
          const row = rows.get(insertId);
          if (row?.position === null) Object.assign(row, { position, chain });
          Object.assign(database.lane, { position, chain, last_event_id: eventId });
        }
      });
    }),
  readJournal: (position, limit) =>
    ask('read journal', () =>
      database.journal
        .filter((row) => row.position !== null && row.position >= position)
        .map(numberedOf)
        .sort((a, b) => a.position - b.position)
        .slice(0, limit),
    ),
});

type ConsumerMethods = Pick<Tables, 'openCheckpoints' | 'moveCheckpoint' | 'writeServiceTime' | 'readServiceTime'>;

const consumerOf = (database: MemoryDatabase, ask: Ask): ConsumerMethods => ({
  openCheckpoints: (_, lanes) =>
    ask('open checkpoints', async (session) => {
      const opened = new Map<ServiceName, Checkpoint>();
      for (const [service, laneId] of lanes) {
        const lane = streamOf(service);
        await session.lock(`checkpoint:${lane}`);
        const known = database.checkpoints.get(lane);
        const checkpoint = known ?? { position: 0, chain: chainStart(laneId), heardTime: null };
        if (known === undefined) session.write(() => database.checkpoints.set(lane, checkpoint));
        opened.set(service, checkpoint);
      }
      return opened;
    }),
  moveCheckpoint: (_, service, from, to) =>
    ask('move checkpoint', async (session) => {
      const lane = streamOf(service);
      await session.lock(`checkpoint:${lane}`);
      if (database.checkpoints.get(lane)?.position !== from.position) return false;
      session.write(() => database.checkpoints.set(lane, to));
      return true;
    }),
  readServiceTime: () => ask('read service time', () => database.serviceTime),
  writeServiceTime: (consumer, time) =>
    ask('write service time', async (session) => {
      await session.lock(`consumer:${consumer}`);
      session.write(() => {
        database.serviceTime = time;
      });
    }),
});

type EntityMethods = Omit<Tables, 'sql' | keyof LeaseMethods | keyof LaneMethods | keyof ConsumerMethods>;

const entitiesOf = (database: MemoryDatabase, ask: Ask): EntityMethods => ({
  loadEntities: (ids) =>
    ask('load entities', async (session) => {
      const known = ids.filter((id) => database.entities.has(idOf(id))).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
      for (const id of known) await session.lock(`entity:${idOf(id)}`);
      return known.flatMap((id) => {
        const row = database.entities.get(idOf(id));
        if (row === undefined) return [];
        const state: unknown = JSON.parse(row.json);
        return [{ type: row.type, key: row.key, version: row.version, state }];
      });
    }),
  loadTimersOf: (ids) =>
    ask('load timers', () => {
      const wanted = new Set(ids.map(idOf));
      return [...database.timers.values()].filter((timer) => wanted.has(idOf(timer)));
    }),
  loadDueTimers: (horizon, limit) =>
    ask('load due timers', () =>
      [...database.timers.values()]
        .filter(({ fired, dueAt }) => !fired && dueAt <= horizon)
        .sort(byDue)
        .slice(0, limit),
    ),
  nextDueAt: () =>
    ask('next due', () => [...database.timers.values()].filter(({ fired }) => !fired).sort(byDue)[0]?.dueAt ?? null),
  findHandled: (ids) => ask('find handled', () => new Set(ids.filter((id) => database.handled.has(id)))),
  newestHandled: (limit) =>
    ask('newest handled', () =>
      [...database.handled]
        .map(([commandId, sequence]) => ({ commandId, sequence }))
        .sort((a, b) => b.sequence - a.sequence)
        .slice(0, limit),
    ),
  loadParkedKeys: () =>
    ask('load parked', () => {
      const messages = new Map<string, number>();
      for (const { parkKey } of database.parked) messages.set(parkKey, (messages.get(parkKey) ?? 0) + 1);
      return messages;
    }),
  loadParked: (parkKeys, limit) =>
    ask('load parked messages', () =>
      database.parked.filter(({ parkKey }) => parkKeys.includes(parkKey)).slice(0, limit),
    ),
  writeStep: ({ entities, timersSet, timersCancelled, journal, parked, unparked, handled }) =>
    ask('write step', async (session) => {
      for (const entry of journal) refuseUnpublishable(entry);
      for (const entity of entities) await session.lock(`entity:${idOf(entity)}`);
      const rows = journal.map((entry) => ({
        ...entry,
        insertId: database.nextInsertId(),
        position: null,
        chain: null,
      }));
      session.write(() => {
        for (const { type, key, version, json } of entities)
          database.entities.set(idOf({ type, key }), { type, key, version, json });
        for (const timer of timersSet) database.timers.set(timerIdOf(timer), timer);
        for (const timer of timersCancelled) database.timers.delete(timerIdOf(timer));
        database.journal.push(...rows);
        for (const gone of unparked) {
          const index = database.parked.findIndex((known) => isSameParked(known, gone));
          if (index !== -1) database.parked.splice(index, 1);
        }
        for (const message of parked)
          if (!database.parked.some((known) => isSameParked(known, message))) database.parked.push(message);
        for (const { commandId, sequence } of handled)
          if (!database.handled.has(commandId)) database.handled.set(commandId, sequence);
      });
    }),
});

const isSameParked = (
  a: { readonly parkKey: string; readonly lane: string; readonly position: number },
  b: typeof a,
): boolean => a.parkKey === b.parkKey && a.lane === b.lane && a.position === b.position;
