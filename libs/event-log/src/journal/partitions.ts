import type { Sql } from '../postgres/sql.ts';

/** One hour of the journal. */
export type Partition = { readonly name: string; readonly from: string; readonly to: string };

const HOUR_MS = 3_600_000;

/** Partitions exist this far ahead, so that a maintenance that is late for a day does not stop the service. */
const HOURS_AHEAD = 26;

const partitionOf = (hourMs: number): Partition => {
  const from = new Date(hourMs).toISOString();
  return {
    name: `journal_${from.slice(0, 13).replaceAll(/[-T]/g, '')}`,
    from,
    to: new Date(hourMs + HOUR_MS).toISOString(),
  };
};

/** Makes the hours from the one before `nowMs` up to a day ahead, where they do not exist. */
export async function ensurePartitions(sql: Sql, nowMs: number): Promise<void> {
  const thisHour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const existing = new Set((await listPartitions(sql)).map(({ name }) => name));
  for (let hour = -1; hour <= HOURS_AHEAD; hour += 1) {
    const { name, from, to } = partitionOf(thisHour + hour * HOUR_MS);
    if (existing.has(name)) continue;
    await sql.query(`CREATE TABLE IF NOT EXISTS ${name} PARTITION OF journal FOR VALUES FROM ('${from}') TO ('${to}')`);
  }
}

/** The journal's hours, oldest first. */
export async function listPartitions(sql: Sql): Promise<readonly Partition[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'journal'::regclass ORDER BY c.relname`,
  );
  return rows.map(({ name }) => {
    const digits = name.slice('journal_'.length);
    const hour = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}T${digits.slice(8, 10)}:00:00.000Z`;
    return partitionOf(Date.parse(hour));
  });
}
