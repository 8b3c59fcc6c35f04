import { isTransient } from '../../src/postgres/database.ts';
import type { Store, Tables } from '../../src/store/tables.ts';
import {
  at,
  claimOf,
  entryOf,
  holding,
  LANE,
  parkedAt,
  rolledBack,
  SERVICE,
  timerOf,
  wordsOf,
  writes,
  type StoreGround,
} from './store-scene.ts';

const episode = { type: 'episode', key: 'a', version: 1, json: '{}' };

/** What transactions and leases must be in any store, described once. */
export function describeStore(open: () => Promise<StoreGround>, close: () => Promise<void>): void {
  let ground: StoreGround;
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    ground = await open();
    [store, other] = [ground.open(), ground.open()];
  });
  afterEach(() => close());

  const taken = async (claim = claimOf('escalation-0')) => {
    const fence = await store.takeLease(claim);
    if (fence === null) throw new Error('the lease was free');
    return { claim, fence };
  };

  describe.each(['consumer', 'lane'] as const)('the lease on a %s', (table) => {
    const claim = (instance: string) => claimOf(instance, table);

    it('is held by one instance, and by a restarted one of its name at once, with a greater fence', async () => {
      const first = await taken(claim('escalation-0'));
      expect(await other.takeLease(claim('escalation-1'))).toBeNull();
      const again = await other.takeLease(claim('escalation-0'));
      expect(again).toBeGreaterThan(first.fence);
    });

    it('is renewed and confirmed by the process that took it last, and by no other', async () => {
      const first = await taken(claim('escalation-0'));
      expect(await store.renewLease(first.claim, first.fence)).toBe(true);
      expect(await store.confirmLease(first.claim, first.fence)).toBe(true);
      const second = await taken(claim('escalation-0'));
      expect(await store.renewLease(first.claim, first.fence)).toBe(false);
      expect(await store.confirmLease(first.claim, first.fence)).toBe(false);
      expect(await store.confirmLease(first.claim, second.fence)).toBe(false);
      expect(await store.confirmLease(second.claim, first.fence)).toBe(false);
      expect(await store.confirmLease(second.claim, null)).toBe(false);
      expect(await store.confirmLease(second.claim, second.fence)).toBe(true);
    });

    it("is free for others once it has expired, and still the last holder's until somebody takes it", async () => {
      const { claim: held, fence } = await taken(claim('escalation-0'));
      await ground.expireLeases();
      expect(await store.confirmLease(held, fence)).toBe(true);
      expect(await other.takeLease(claim('escalation-1'))).toBeGreaterThan(fence);
      expect(await store.confirmLease(held, fence)).toBe(false);
    });

    it('binds nobody for an hour because the clock was set back by one', async () => {
      await taken(claim('escalation-0'));
      await ground.setClockBack();
      expect(await other.takeLease(claim('escalation-1'))).not.toBeNull();
    });

    it('is free as soon as its holder gives it back, and not when a former one does', async () => {
      const former = await taken(claim('escalation-0'));
      const holder = await taken(claim('escalation-0'));
      await store.releaseLease(former.claim, former.fence);
      expect(await other.takeLease(claim('escalation-1'))).toBeNull();
      await store.releaseLease(holder.claim, holder.fence);
      expect(await other.takeLease(claim('escalation-1'))).toBeGreaterThan(holder.fence);
    });
  });

  describe('a transaction that has confirmed its lease', () => {
    it('has the row for itself until it ends: nobody confirms or takes it meanwhile', async () => {
      const { claim, fence } = await taken();
      await ground.expireLeases();
      const open = await holding(store, (tables) => tables.confirmLease(claim, fence));
      let isTaken = false;
      const taking = other.takeLease(claimOf('escalation-1')).finally(() => {
        isTaken = true;
      });
      await ground.untilBlocked();
      expect(isTaken).toBe(false);
      await open.commit();
      expect(await taking).toBeGreaterThan(fence);
      expect(await store.transaction((tables) => tables.confirmLease(claim, fence))).toBe(false);
    });

    it('lets nobody wait for ever: whoever waits too long is told of a trouble that passes', async () => {
      const { claim, fence } = await taken();
      let isOver = false;
      // The holder is busy all the time, else the server would end it before anybody has waited too long.
      const busy = store.transaction(async (tables) => {
        while (!isOver) {
          await tables.confirmLease(claim, fence);
          await ground.pass(500);
        }
      });
      await ground.settled(ground.pass(100));
      const waiting = other.confirmLease(claim, fence).catch((error: unknown) => error);
      expect(isTransient(await ground.settled(waiting))).toBe(true);
      isOver = true;
      await ground.settled(busy);
      expect(await other.confirmLease(claim, fence)).toBe(true);
    });
  });

  describe('a transaction', () => {
    const everything = writes({
      entities: [episode],
      timersSet: [timerOf('a', 1)],
      journal: [entryOf('a')],
      parked: [parkedAt('entity:episode/a', 1)],
      handled: [{ commandId: 'request-1', sequence: 1 }],
    });
    const seen = async () => ({
      entities: (await other.loadEntities([episode])).length,
      due: await other.nextDueAt(),
      journal: wordsOf(await other.readUnnumbered(10)),
      parked: (await other.loadParkedKeys()).size,
      handled: (await other.findHandled(['request-1'])).size,
      time: await other.readServiceTime(SERVICE),
    });
    const nothing = { entities: 0, due: null, journal: [], parked: 0, handled: 0, time: null };
    const work = async (tables: Tables) => {
      await tables.writeStep(everything);
      await tables.writeServiceTime(SERVICE, at(1));
    };

    it('shows nothing of itself to others before it commits, and everything afterwards', async () => {
      const open = await holding(store, work);
      expect(await seen()).toEqual(nothing);
      await open.commit();
      expect(await seen()).toEqual({
        entities: 1,
        due: at(1),
        journal: ['a'],
        parked: 1,
        handled: 1,
        time: at(1),
      });
    });

    it('leaves nothing behind when it fails, and throws what made it fail', async () => {
      await rolledBack(store, work);
      expect(await seen()).toEqual(nothing);
    });

    it('is ended by the server when its process stands still in it, and nothing of it is committed', async () => {
      const stuck = store.transaction(async (tables) => {
        await work(tables);
        await tables.readServiceTime(SERVICE); // Answered once the transaction is really open and has written.
        await ground.untilNoneIsOpen();
        await tables.readServiceTime(SERVICE);
      });
      const error = await ground.settled(stuck.catch((thrown: unknown) => thrown));
      expect(error).toBeInstanceOf(Error);
      expect(isTransient(error)).toBe(true);
      expect(await seen()).toEqual(nothing);
    });

    it('returns what its work returns', async () => {
      expect(await store.transaction(() => Promise.resolve('done'))).toBe('done');
    });
  });

  it('lets nobody but the process that was last given the lane record how far the log is', async () => {
    const first = await taken(claimOf('escalation-0', 'lane'));
    await store.writeMark(LANE, first.claim.boot, 3);
    expect((await store.readLane(LANE)).published).toBe(3);
    const second = await taken(claimOf('escalation-0', 'lane'));
    await store.writeMark(LANE, first.claim.boot, 9);
    expect((await store.readLane(LANE)).published).toBe(3);
    await store.writeMark(LANE, second.claim.boot, 4);
    expect((await store.readLane(LANE)).published).toBe(4);
  });
}
