import type { Sql } from '../postgres/sql.ts';

/** A request that has its outcome. Kept longer than the stream keeps the request, so that a repeat is always known. */
export type HandledCommand = { readonly commandId: string; readonly sequence: number };

/** Which of `ids` have had their outcome already. */
export async function findHandled(sql: Sql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM handled_command WHERE id = ANY($1)', [ids]);
  return new Set(rows.map(({ id }) => id));
}

export async function saveHandled(sql: Sql, commands: readonly HandledCommand[]): Promise<void> {
  if (commands.length === 0) return;
  await sql.query(
    `INSERT INTO handled_command (id, sequence) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING`,
    [commands.map(({ commandId }) => commandId), commands.map(({ sequence }) => sequence)],
  );
}

/** The newest handled requests by sequence: where to look for the place to go on in a stream that may have changed. */
export async function newestHandled(sql: Sql, limit: number): Promise<readonly HandledCommand[]> {
  const { rows } = await sql.query<{ id: string; sequence: number }>(
    'SELECT id, sequence FROM handled_command ORDER BY sequence DESC LIMIT $1',
    [limit],
  );
  return rows.map(({ id, sequence }) => ({ commandId: id, sequence }));
}

/** Forgets requests handled longer ago than twice what the stream keeps. */
export async function forgetHandled(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM handled_command WHERE handled_at < now() - interval '14 days'`);
}
