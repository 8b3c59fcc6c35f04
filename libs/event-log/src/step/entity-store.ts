import type { Instant } from '@tocsin/domain-kit';
import { arrayLiteral } from '../postgres/array-literal.ts';
import { together } from '../postgres/in-flight.ts';
import type { Sql } from '../postgres/sql.ts';

/** An entity's row. */
export type EntityRow = {
  readonly type: string;
  readonly key: string;
  readonly version: number;
  readonly state: unknown;
};

/** A deadline's row; `fired` rows stay while the state still names the same moment, so that it passes only once. */
export type TimerRow = {
  readonly type: string;
  readonly key: string;
  readonly name: string;
  readonly dueAt: Instant;
  readonly fired: boolean;
};

export type EntityId = { readonly type: string; readonly key: string };

/** An entity as it is written: its state in its stored form. */
export type EntityWrite = EntityId & { readonly version: number; readonly json: string };

export type TimerId = EntityId & { readonly name: string };

type RawTimer = { type: string; key: string; name: string; due_at: Instant; fired: boolean };

const TIMER_COLUMNS = 'type, key, name, due_at, fired';

const timerOf = ({ type, key, name, due_at, fired }: RawTimer): TimerRow => ({ type, key, name, dueAt: due_at, fired });

const columnsOf = (ids: readonly EntityId[]): string[] => [
  arrayLiteral(ids.map(({ type }) => type)),
  arrayLiteral(ids.map(({ key }) => key)),
];

/** Loads and locks entities in one order, so that two steps can never wait for each other in a circle. */
export async function loadEntities(sql: Sql, ids: readonly EntityId[]): Promise<readonly EntityRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<EntityRow>(
    `SELECT type, key, version, state FROM entity
     WHERE (type, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY type, key FOR UPDATE`,
    columnsOf(ids),
  );
  return rows;
}

/** Loads the timers of entities, fired ones too. */
export async function loadTimersOf(sql: Sql, ids: readonly EntityId[]): Promise<readonly TimerRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<RawTimer>(
    `SELECT ${TIMER_COLUMNS} FROM timer WHERE (type, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    columnsOf(ids),
  );
  return rows.map(timerOf);
}

/** Loads the timers that are due at `horizon`, earliest first, at most `limit`. */
export async function loadDueTimers(sql: Sql, horizon: Instant, limit: number): Promise<readonly TimerRow[]> {
  const { rows } = await sql.query<RawTimer>(
    `SELECT ${TIMER_COLUMNS} FROM timer WHERE NOT fired AND due_at <= $1 ORDER BY due_at, type, key, name LIMIT $2`,
    [horizon, limit],
  );
  return rows.map(timerOf);
}

/** The next moment that any entity of the service waits for. */
export async function nextDueAt(sql: Sql): Promise<Instant | null> {
  const { rows } = await sql.query<{ due_at: Instant | null }>(
    'SELECT min(due_at) AS due_at FROM timer WHERE NOT fired',
  );
  return rows[0]?.due_at ?? null;
}

/** Writes entities with one statement. */
export async function saveEntities(sql: Sql, rows: readonly EntityWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `INSERT INTO entity (type, key, version, state)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::jsonb[])
     ON CONFLICT (type, key) DO UPDATE SET version = excluded.version, state = excluded.state`,
    [...columnsOf(rows), arrayLiteral(rows.map(({ version }) => version)), arrayLiteral(rows.map(({ json }) => json))],
  );
}

/** Sets, moves and cancels timers with one statement each. */
export async function saveTimers(sql: Sql, set: readonly TimerRow[], cancelled: readonly TimerId[]): Promise<void> {
  await together([setTimers(sql, set), cancelTimers(sql, cancelled)]);
}

async function setTimers(sql: Sql, set: readonly TimerRow[]): Promise<void> {
  if (set.length > 0)
    await sql.query(
      `INSERT INTO timer (${TIMER_COLUMNS})
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[])
       ON CONFLICT (type, key, name) DO UPDATE SET due_at = excluded.due_at, fired = excluded.fired`,
      [
        ...columnsOf(set),
        arrayLiteral(set.map(({ name }) => name)),
        arrayLiteral(set.map(({ dueAt }) => dueAt)),
        arrayLiteral(set.map(({ fired }) => fired)),
      ],
    );
}

async function cancelTimers(sql: Sql, cancelled: readonly TimerId[]): Promise<void> {
  if (cancelled.length > 0)
    await sql.query(
      `DELETE FROM timer WHERE (type, key, name) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))`,
      [...columnsOf(cancelled), arrayLiteral(cancelled.map(({ name }) => name))],
    );
}
