import { decodeEvent, streamOf, type ServiceName } from '@tocsin/contracts';
import { ContractViolation, Unreachable } from '@tocsin/domain-kit';
import { chainStart } from '../lane/chain.ts';
import type { Lease } from '../lane/lease.ts';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Beat } from '../liveness/watchdog.ts';
import type { Sql } from '../postgres/sql.ts';
import type { Store, Tables } from '../store/tables.ts';
import type { Streams } from '../stream/streams.ts';
import { EntityFold } from './entity-fold.ts';
import type { EntityRow } from './entity-store.ts';
import type { AnyEntityType } from './entity-type.ts';
import { HeardLane } from './heard-lane.ts';
import { timerChanges, WorkingSet } from './working-set.ts';

export type RefoldingOptions = {
  readonly service: ServiceName;
  readonly store: Store;
  readonly streams: Streams;
  readonly log: Log;
  readonly time: WallClock;
  readonly beat: Beat;
  readonly entityTypes: readonly AnyEntityType[];
};

const READ_AT_ONCE = 500;
const WRITE_AT_ONCE = 500;
const NOTHING_YET_MS = 10;

const versionOf = ({ version = 1 }: AnyEntityType): number => version;

/**
 * Brings entities that were stored by another version of their type's `evolve` to the one that runs: folds them anew from
 * the facts that the service has said. It runs for whoever has just taken the consumer's lease, before the first step, so
 * that nothing is decided on a state of another shape, and nothing is said meanwhile.
 */
export class Refolding {
  readonly #options: RefoldingOptions;

  constructor(options: RefoldingOptions) {
    this.#options = options;
  }

  /**
   * Folds what must be folded; `goOn` is called often while the lane is read, and throws when it is time to stop.
   * @throws {ContractViolation} when the facts do not lead to the entities that are stored: then nothing has changed.
   */
  async run(lease: Lease, goOn: () => Promise<void>): Promise<void> {
    const { store, log, service, entityTypes, beat } = this.#options;
    const stale = await staleTypes(store.sql, entityTypes);
    if (stale.length === 0) return;
    const types = stale.map(({ type }) => type);
    const hasAny = (await storedEntities(store.sql, types, 'LIMIT 1')).length > 0;
    log.info({ types, hasAny }, 'entities were stored by another version and are folded anew from the lane');
    const folded = hasAny ? await this.#fold(stale, goOn) : [];
    const isDone = await store.transaction(async (tables) => {
      if (!(await lease.confirm(tables))) return false;
      await replace(tables, stale, folded, service, beat);
      return true;
    });
    if (!isDone) throw new Unreachable('the lease was lost while entities were folded', { retryAfterMs: 1_000 });
    log.info({ types, entities: folded.length }, 'entities are folded anew');
  }

  async #fold(types: readonly AnyEntityType[], goOn: () => Promise<void>): Promise<readonly EntityRow[]> {
    const { service, store } = this.#options;
    const fold = new EntityFold(types);
    const lane = streamOf(service);
    const { lane_id: laneId, published } = await store.readLane(lane);
    await this.#foldLog(fold, laneId, published, goOn);
    let position = published;
    for (const body of await unpublished(store.sql, published))
      fold.take(decodeEvent(body, { lane, position: (position += 1) }));
    if (fold.findings.length > 0) throw disagreement(service, fold.findings);
    return fold.entities;
  }

  /** Folds what the log is known to hold, verified by its chain; the journal may have let go of it long ago. */
  async #foldLog(fold: EntityFold, laneId: string, published: number, goOn: () => Promise<void>): Promise<void> {
    const { service, streams, log, time } = this.#options;
    const start = { position: 0, chain: chainStart(laneId), heardTime: null };
    const lane = new HeardLane(
      { service, streams, log, monotonicMs: time.monotonicMs, onArrival: () => undefined },
      start,
    );
    try {
      while (lane.checkpoint.position < published) {
        await goOn();
        await lane.tend();
        const batch = lane.take(READ_AT_ONCE);
        if (lane.halt !== null)
          throw new ContractViolation(`entities of ${service} cannot be folded: ${lane.halt.because}`);
        if (batch === null) {
          await new Promise<void>((resolve) => time.after(NOTHING_YET_MS, resolve));
          continue;
        }
        for (const { sequence, body } of batch.messages)
          if (sequence <= published) fold.take(decodeEvent(body, { lane: lane.stream, position: sequence }));
        lane.advance({ ...batch.end, heardTime: null });
      }
    } finally {
      lane.close();
    }
  }
}

/** The types whose entities were stored by another version than the one that runs. */
async function staleTypes(sql: Sql, entityTypes: readonly AnyEntityType[]): Promise<readonly AnyEntityType[]> {
  const { rows } = await sql.query<{ type: string; version: number }>('SELECT type, version FROM entity_fold');
  const stored = new Map(rows.map(({ type, version }) => [type, version]));
  return entityTypes.filter((entityType) => (stored.get(entityType.type) ?? 1) !== versionOf(entityType));
}

async function storedEntities(
  sql: Sql,
  types: readonly string[],
  ending: 'LIMIT 1' | 'FOR UPDATE',
): Promise<readonly EntityRow[]> {
  const select = `SELECT type, key, version, state FROM entity WHERE type = ANY($1) ${ending}`;
  return (await sql.query<EntityRow>(select, [types])).rows;
}

/** The facts that the log may not hold yet, in their order: one statement, because the relay goes on meanwhile. */
async function unpublished(sql: Sql, published: number): Promise<readonly Buffer[]> {
  const { rows } = await sql.query<{ body: Buffer }>(
    'SELECT body FROM journal WHERE position > $1 OR position IS NULL ORDER BY position NULLS LAST, insert_id',
    [published],
  );
  return rows.map(({ body }) => body);
}

/** Writes the entities as they were folded, with their deadlines: one that has passed does not pass again. */
async function replace(
  tables: Tables,
  types: readonly AnyEntityType[],
  folded: readonly EntityRow[],
  service: ServiceName,
  beat: Beat,
): Promise<void> {
  const names = types.map(({ type }) => type);
  const stored = await storedEntities(tables.sql, names, 'FOR UPDATE');
  const findings = differences(stored, folded);
  if (findings.length > 0) throw disagreement(service, findings);
  const byName = new Map(types.map((entityType) => [entityType.type, entityType]));
  for (let from = 0; from < folded.length; from += WRITE_AT_ONCE) {
    beat(); // The lease is locked by this transaction: nobody takes it, and nobody need renew it.
    const part = folded.slice(from, from + WRITE_AT_ONCE);
    const working = new WorkingSet(byName);
    working.admit(part, part, await tables.loadTimersOf(part));
    for (const { type, key } of part) working.restate(working.get(type, key));
    const entities = working.changed;
    const nothing = { journal: [], parked: [], unparked: [], handled: [] };
    await tables.writeStep({ ...nothing, entities, ...timerChanges(entities) });
  }
  for (const entityType of types)
    await tables.sql.query(
      `INSERT INTO entity_fold (type, version) VALUES ($1, $2)
       ON CONFLICT (type) DO UPDATE SET version = excluded.version`,
      [entityType.type, versionOf(entityType)],
    );
}

/** Where the facts lead to other entities, or to other versions of them, than those that are stored. */
function differences(stored: readonly EntityRow[], folded: readonly EntityRow[]): readonly string[] {
  const nameOf = ({ type, key }: EntityRow): string => `${type}/${key}`;
  const versions = new Map(folded.map((entity) => [nameOf(entity), entity.version]));
  const findings = stored
    .filter((entity) => versions.get(nameOf(entity)) !== entity.version)
    .map((entity) => `${nameOf(entity)} is stored at ${entity.version}, folds to ${versions.get(nameOf(entity)) ?? 0}`);
  const known = new Set(stored.map(nameOf));
  return [
    ...findings,
    ...[...versions.keys()].filter((name) => !known.has(name)).map((name) => `${name} is not stored`),
  ];
}

const SHOWN_MAX = 5;

const disagreement = (service: ServiceName, findings: readonly string[]): ContractViolation =>
  new ContractViolation(
    `entities of ${service} cannot be folded anew, for the lane does not lead to them: ${findings.slice(0, SHOWN_MAX).join('; ')}`,
  );
