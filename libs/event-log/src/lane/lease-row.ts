import type { Sql } from '../postgres/sql.ts';

/** Which row carries a lease, and who asks for it. */
export type LeaseClaim = {
  readonly table: 'lane' | 'consumer';
  readonly name: string;
  /** Stable over restarts: a restarted instance takes over its own lease at once. */
  readonly instance: string;
  /** New at every start: tells a process from the one it replaced. */
  readonly boot: string;
  /** How long the holder may be silent before another instance takes over. */
  readonly leaseMs: number;
};

/**
 * Returns the new fence, or null while another instance holds the lease. One that ends later than any could have been
 * given is of a clock that has been set back, and binds nobody.
 */
export async function takeLease(
  sql: Sql,
  { table, name, instance, boot, leaseMs }: LeaseClaim,
): Promise<number | null> {
  const { rows } = await sql.query<{ fence: number }>(
    `UPDATE ${table} SET holder = $2, boot = $3, fence = fence + 1, lease_until = now() + $4 * interval '1 ms'
     WHERE name = $1 AND (holder IS NULL OR holder = $2 OR lease_until IS NULL OR lease_until < now()
       OR lease_until > now() + 2 * $4 * interval '1 ms')
     RETURNING fence`,
    [name, instance, boot, leaseMs],
  );
  return rows[0]?.fence ?? null;
}

export async function renewLease(
  sql: Sql,
  { table, name, boot, leaseMs }: LeaseClaim,
  fence: number,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE ${table} SET lease_until = now() + $4 * interval '1 ms' WHERE name = $1 AND boot = $2 AND fence = $3`,
    [name, boot, fence, leaseMs],
  );
  return rowCount === 1;
}

export async function confirmLease(
  sql: Sql,
  { table, name, boot }: LeaseClaim,
  fence: number | null,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT 1 FROM ${table} WHERE name = $1 AND boot = $2 AND fence = $3 FOR UPDATE`,
    [name, boot, fence],
  );
  return rowCount === 1;
}

export async function releaseLease(sql: Sql, { table, name, boot }: LeaseClaim, fence: number): Promise<void> {
  await sql.query(
    `UPDATE ${table} SET lease_until = NULL, holder = NULL WHERE name = $1 AND boot = $2 AND fence = $3`,
    [name, boot, fence],
  );
}
