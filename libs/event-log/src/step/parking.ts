import { assert } from '@tocsin/domain-kit';
import type { Sql } from '../postgres/sql.ts';

/** A message that one key could not apply. Later ones of that key wait behind it, in order. */
export type ParkedMessage = {
  readonly parkKey: string;
  readonly lane: string;
  readonly position: number;
  readonly subject: string;
  readonly body: Uint8Array;
  readonly because: string;
};

/** One message under one key: a message may wait under several. */
export type ParkedId = Pick<ParkedMessage, 'parkKey' | 'lane' | 'position'>;

/** The park key of a fact that could not even be read or translated. */
export const factParkKey = (entity: string, key: string): string => `fact:${entity}/${key}`;

/** The park key of an entity that could not decide. */
export const entityParkKey = (type: string, key: string): string => `entity:${type}/${key}`;

/** What a park key stands for. */
export function parkedThing(parkKey: string): {
  readonly kind: 'fact' | 'entity';
  readonly type: string;
  readonly key: string;
} {
  const [, kind, type = '', key = ''] = /^(fact|entity):([^/]*)\/(.*)$/s.exec(parkKey) ?? [];
  assert(kind === 'fact' || kind === 'entity', `'${parkKey}' is a park key`);
  return { kind, type, key };
}

/** The keys that stand still, with how many messages wait under each. */
export async function loadParkedKeys(sql: Sql): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ park_key: string; messages: number }>(
    'SELECT park_key, count(*) AS messages FROM parked GROUP BY park_key',
  );
  return new Map(rows.map(({ park_key, messages }) => [park_key, messages]));
}

/** Keeps parked messages in the order in which they came. */
export async function saveParked(sql: Sql, messages: readonly ParkedMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await sql.query(
    `INSERT INTO parked (park_key, lane, position, subject, body, because)
     SELECT park_key, lane, position, subject, body, because
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::text[]) WITH ORDINALITY
       AS m (park_key, lane, position, subject, body, because, n)
     ORDER BY n ON CONFLICT DO NOTHING`,
    [
      messages.map(({ parkKey }) => parkKey),
      messages.map(({ lane }) => lane),
      messages.map(({ position }) => position),
      messages.map(({ subject }) => subject),
      messages.map(({ body }) => Buffer.from(body)),
      messages.map(({ because }) => because),
    ],
  );
}

/** The messages that wait under any of the keys, in the order in which they came, at most `limit`. */
export async function loadParked(
  sql: Sql,
  parkKeys: readonly string[],
  limit: number,
): Promise<readonly ParkedMessage[]> {
  const { rows } = await sql.query<ParkedMessage>(
    `SELECT park_key AS "parkKey", lane, position, subject, body, because
     FROM parked WHERE park_key = ANY($1) ORDER BY parked_number LIMIT $2`,
    [parkKeys, limit],
  );
  return rows;
}

/** Takes away messages that wait no longer. */
export async function removeParked(sql: Sql, ids: readonly ParkedId[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `DELETE FROM parked p USING unnest($1::text[], $2::text[], $3::bigint[]) AS gone (park_key, lane, position)
     WHERE p.park_key = gone.park_key AND p.lane = gone.lane AND p.position = gone.position`,
    [ids.map(({ parkKey }) => parkKey), ids.map(({ lane }) => lane), ids.map(({ position }) => position)],
  );
}
