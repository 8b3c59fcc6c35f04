import { ContractViolation } from '@tocsin/domain-kit';
import { parseSubject } from '@tocsin/contracts';
import { arrayLiteral } from '../postgres/array-literal.ts';
import { together } from '../postgres/in-flight.ts';
import type { Sql } from '../postgres/sql.ts';

/** An event as the journal takes it: the body is byte for byte what will be published. */
export type JournalEntry = {
  readonly eventId: string;
  readonly subject: string;
  readonly traceparent: string;
  readonly body: Buffer;
};

/** An entry as it was committed, before it has a place on the lane. The order of insertion is not that of commits. */
export type UnnumberedEntry = JournalEntry & { readonly insertId: number };

/** An entry with its place on the lane. A position never changes. */
export type NumberedEntry = JournalEntry & { readonly position: number; readonly chain: Buffer };

/** A body above this would come too near to the stream's limit of 256 KiB and jam the lane; it is refused here. */
export const BODY_BYTES_MAX = 240 * 1_024;

type Row = {
  readonly insert_id: number;
  readonly event_id: string;
  readonly subject: string;
  readonly traceparent: string;
  readonly body: Buffer;
};

const entryOf = ({ event_id, subject, traceparent, body }: Row): JournalEntry => ({
  eventId: event_id,
  subject,
  traceparent,
  body,
});

/** @throws {ContractViolation} when an entry could never be published: too large, or its subject is not ours. */
export function refuseUnpublishable({ subject, body }: JournalEntry): void {
  if (body.length > BODY_BYTES_MAX)
    throw new ContractViolation(`event on ${subject} has ${body.length} bytes; a lane takes ${BODY_BYTES_MAX}`);
  if (parseSubject(subject) === null) throw new ContractViolation(`'${subject}' is not a subject of this system`);
}

/**
 * Writes `entries` in their order, in the transaction that decided them: this commit is the moment they become facts.
 * None of them may be one that is refused as unpublishable.
 */
export async function appendToJournal(sql: Sql, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql.query(
    `INSERT INTO journal (event_id, subject, traceparent, body)
     SELECT event_id, subject, traceparent, body
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) WITH ORDINALITY AS e (event_id, subject, traceparent, body, n)
     ORDER BY n`,
    [
      arrayLiteral(entries.map(({ eventId }) => eventId)),
      arrayLiteral(entries.map(({ subject }) => subject)),
      arrayLiteral(entries.map(({ traceparent }) => traceparent)),
      arrayLiteral(entries.map(({ body }) => body)),
    ],
  );
}

/** Committed entries without a position, in the order of their insertion. */
export async function readUnnumbered(sql: Sql, limit: number): Promise<readonly UnnumberedEntry[]> {
  const { rows } = await sql.query<Row>(
    `SELECT insert_id, event_id, subject, traceparent, body FROM journal
     WHERE position IS NULL ORDER BY insert_id LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({ ...entryOf(row), insertId: row.insert_id }));
}

/** Gives entries their positions and moves the lane's head to the last. The caller has locked the lane's row. */
export async function writePositions(
  sql: Sql,
  lane: string,
  entries: readonly (UnnumberedEntry & NumberedEntry)[],
): Promise<void> {
  const head = entries.at(-1);
  if (head === undefined) return;
  const numbers = sql.query(
    `UPDATE journal SET position = n.position, chain = n.chain
     FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS n (insert_id, position, chain)
     WHERE journal.insert_id = n.insert_id AND journal.position IS NULL`,
    [
      arrayLiteral(entries.map(({ insertId }) => insertId)),
      arrayLiteral(entries.map(({ position }) => position)),
      arrayLiteral(entries.map(({ chain }) => chain)),
    ],
  );
  const moved = sql.query(`UPDATE lane SET position = $2, chain = $3, last_event_id = $4 WHERE name = $1`, [
    lane,
    head.position,
    head.chain,
    head.eventId,
  ]);
  await together([numbers, moved]);
}

/** Reads numbered entries from `position` on, in order, at most `limit`. */
export async function readJournal(sql: Sql, position: number, limit: number): Promise<readonly NumberedEntry[]> {
  const { rows } = await sql.query<Row & { position: number; chain: Buffer }>(
    `SELECT insert_id, event_id, subject, traceparent, body, position, chain FROM journal
     WHERE position >= $1 ORDER BY position LIMIT $2`,
    [position, limit],
  );
  return rows.map((row) => ({ ...entryOf(row), position: row.position, chain: row.chain }));
}
