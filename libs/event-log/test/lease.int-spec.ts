import { randomUUID } from 'node:crypto';
import { Lease, LEASE_MS } from '../src/lane/lease.ts';
import type { Database } from '../src/index.ts';
import { postgresStore } from '../src/store/postgres-store.ts';
import type { Store } from '../src/store/tables.ts';
import { Ground } from './ground.ts';

/** Real PostgreSQL: who may work, and how a zombie is kept from it. */
describe('a lease', () => {
  let ground: Ground;
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    ground = await Ground.open();
    database = ground.database('escalation');
    store = postgresStore(database);
  });
  afterAll(() => ground.close());
  beforeEach(() => database.query('UPDATE consumer SET holder = NULL, boot = NULL, lease_until = NULL'));

  const leaseOf = (instance: string) =>
    new Lease({ table: 'consumer', name: 'escalation', instance, boot: randomUUID() });
  const confirmed = (lease: Lease) => store.transaction((tables) => lease.confirm(tables));
  const expire = () => database.query(`UPDATE consumer SET lease_until = now() - interval '1 ms'`);

  it('is held by one instance at a time', async () => {
    const [first, second] = [leaseOf('escalation-0'), leaseOf('escalation-1')];
    expect(await first.takeOrRenew(store, 0)).toBe(true);
    expect(await second.takeOrRenew(store, 0)).toBe(false);
  });

  it('goes to another instance once it has expired, and its old holder cannot write any more', async () => {
    const [zombie, successor] = [leaseOf('escalation-0'), leaseOf('escalation-1')];
    await zombie.takeOrRenew(store, 0);
    await expire();
    expect(await successor.takeOrRenew(store, 0)).toBe(true);

    expect(await confirmed(zombie)).toBe(false);
    expect(await confirmed(successor)).toBe(true);
    expect(await zombie.takeOrRenew(store, 1_000)).toBe(false);
  });

  it('does not bind anybody for an hour because the clock of the database was set back by one', async () => {
    const [dead, successor] = [leaseOf('escalation-0'), leaseOf('escalation-1')];
    await dead.takeOrRenew(store, 0);
    expect(await successor.takeOrRenew(store, 0)).toBe(false);
    await database.query(`UPDATE consumer SET lease_until = now() + interval '1 hour'`);
    expect(await successor.takeOrRenew(store, 0)).toBe(true);
  });

  it('is taken over at once by the same instance when it starts again', async () => {
    const [before, after] = [leaseOf('escalation-0'), leaseOf('escalation-0')];
    await before.takeOrRenew(store, 0);
    expect(await after.takeOrRenew(store, 0)).toBe(true);
    expect(await confirmed(before)).toBe(false);
  });

  it('is not snatched back at once by a process that has lost it to its own name', async () => {
    const [before, after] = [leaseOf('escalation-0'), leaseOf('escalation-0')];
    await before.takeOrRenew(store, 0);
    await after.takeOrRenew(store, 0);
    expect(await before.takeOrRenew(store, 10)).toBe(false);
    expect(await before.takeOrRenew(store, 20)).toBe(false);
    expect(await after.takeOrRenew(store, 20)).toBe(true);
    expect(await before.takeOrRenew(store, 10 + LEASE_MS)).toBe(true);
  });

  it('is free as soon as it is given back', async () => {
    const [first, second] = [leaseOf('escalation-0'), leaseOf('escalation-1')];
    await first.takeOrRenew(store, 0);
    await first.release(store);
    expect(await second.takeOrRenew(store, 0)).toBe(true);
  });
});
