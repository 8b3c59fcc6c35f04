import type { Sql } from '../postgres/sql.ts';

/** How long a holder may be silent before another instance takes over; liveness only, never safety. */
export const LEASE_MS = 3_000;

/** Which row carries the lease, and who asks for it. */
export type LeaseOptions = {
  readonly table: 'lane' | 'consumer';
  readonly name: string;
  /** Stable over restarts: a restarted instance takes over its own lease at once. */
  readonly instance: string;
  /** New at every start: tells a process from the one it replaced. */
  readonly boot: string;
};

/** A claim on one row. Whoever holds it may work; the fence number is what keeps a zombie from writing. */
export class Lease {
  readonly #options: LeaseOptions;
  #fence: number | null = null;
  #retakeAfter = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether this process believes that it holds the lease; only `confirm` is proof. */
  get isHeld(): boolean {
    return this.#fence !== null;
  }

  /** Takes the lease where it is free, expired or this instance's own; renews it where it is held. */
  async takeOrRenew(sql: Sql, monotonicMs: number): Promise<boolean> {
    if (this.#fence !== null) {
      if (!(await this.#renew(sql))) this.lose(monotonicMs);
    } else if (monotonicMs >= this.#retakeAfter) {
      await this.#take(sql);
    }
    return this.isHeld;
  }

  /** Locks the row and proves, inside the transaction, that the lease is still ours. */
  async confirm(sql: Sql): Promise<boolean> {
    const { table, name, boot } = this.#options;
    const { rowCount } = await sql.query(
      `SELECT 1 FROM ${table} WHERE name = $1 AND boot = $2 AND fence = $3 FOR UPDATE`,
      [name, boot, this.#fence],
    );
    return rowCount === 1;
  }

  /** Steps down. Two processes of one name must not take the lease from each other in turns, so it waits a while. */
  lose(monotonicMs: number): void {
    this.#fence = null;
    this.#retakeAfter = monotonicMs + LEASE_MS;
  }

  /** Gives the lease back, so that a successor need not wait for it to expire. */
  async release(sql: Sql): Promise<void> {
    if (this.#fence === null) return;
    const { table, name, boot } = this.#options;
    await sql.query(
      `UPDATE ${table} SET lease_until = NULL, holder = NULL WHERE name = $1 AND boot = $2 AND fence = $3`,
      [name, boot, this.#fence],
    );
    this.#fence = null;
  }

  async #take(sql: Sql): Promise<void> {
    const { table, name, instance, boot } = this.#options;
    const { rows } = await sql.query<{ fence: number }>(
      `UPDATE ${table} SET holder = $2, boot = $3, fence = fence + 1, lease_until = now() + $4 * interval '1 ms'
       WHERE name = $1 AND (holder IS NULL OR holder = $2 OR lease_until IS NULL OR lease_until < now())
       RETURNING fence`,
      [name, instance, boot, LEASE_MS],
    );
    this.#fence = rows[0]?.fence ?? null;
  }

  async #renew(sql: Sql): Promise<boolean> {
    const { table, name, boot } = this.#options;
    const { rowCount } = await sql.query(
      `UPDATE ${table} SET lease_until = now() + $4 * interval '1 ms' WHERE name = $1 AND boot = $2 AND fence = $3`,
      [name, boot, this.#fence, LEASE_MS],
    );
    return rowCount === 1;
  }
}
