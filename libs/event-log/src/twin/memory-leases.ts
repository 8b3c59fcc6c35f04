import { assert } from '@tocsin/domain-kit';
import type { Tables } from '../store/tables.ts';
import type { LeaseColumns, MemoryDatabase } from './memory-database.ts';
import type { MemorySession } from './memory-session.ts';

/** Asks the database one thing, in a session of the asker's. */
export type Ask = <Result>(what: string, work: (session: MemorySession) => Result | Promise<Result>) => Promise<Result>;

export type LeaseMethods = Pick<Tables, 'takeLease' | 'renewLease' | 'confirmLease' | 'releaseLease'>;

/** The leases of the twin: rows that are locked until the session of whoever asks has ended. */
export const leasesOf = (database: MemoryDatabase, ask: Ask): LeaseMethods => {
  const locked = async (session: MemorySession, table: string, name: string): Promise<LeaseColumns> => {
    const row = `${table}:${name}`;
    await session.lock(row);
    const lease = database.leases.get(row);
    assert(lease !== undefined, `row ${row} exists`);
    return lease;
  };
  return {
    takeLease: (claim) =>
      ask('take lease', async (session) => {
        const lease = await locked(session, claim.table, claim.name);
        const now = database.time.wallMs();
        const { holder, leaseUntilMs } = lease;
        const isOver = leaseUntilMs === null || leaseUntilMs < now || leaseUntilMs > now + 2 * claim.leaseMs;
        const isFree = holder === null || holder === claim.instance || isOver;
        if (!isFree) return null;
        const taken = { holder: claim.instance, boot: claim.boot, fence: lease.fence + 1 };
        session.write(() => Object.assign(lease, taken, { leaseUntilMs: now + claim.leaseMs }));
        return taken.fence;
      }),
    renewLease: (claim, fence) =>
      ask('renew lease', async (session) => {
        const lease = await locked(session, claim.table, claim.name);
        if (lease.boot !== claim.boot || lease.fence !== fence) return false;
        const leaseUntilMs = database.time.wallMs() + claim.leaseMs;
        session.write(() => Object.assign(lease, { leaseUntilMs }));
        return true;
      }),
    confirmLease: (claim, fence) =>
      ask('confirm lease', async (session) => {
        const lease = await locked(session, claim.table, claim.name);
        return lease.boot === claim.boot && lease.fence === fence;
      }),
    releaseLease: (claim, fence) =>
      ask('release lease', async (session) => {
        const lease = await locked(session, claim.table, claim.name);
        if (lease.boot === claim.boot && lease.fence === fence)
          session.write(() => Object.assign(lease, { holder: null, leaseUntilMs: null }));
      }),
  };
};
