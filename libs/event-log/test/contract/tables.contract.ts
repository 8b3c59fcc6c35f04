import { ContractViolation } from '@tocsin/domain-kit';
import { BODY_BYTES_MAX } from '../../src/journal/journal.ts';
import { chainStart } from '../../src/lane/chain.ts';
import { numbered } from '../../src/lane/numbering.ts';
import type { Store } from '../../src/store/tables.ts';
import {
  at,
  entryOf,
  HEARD,
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

const episode = (key: string, version: number, state: unknown = {}) => ({
  type: 'episode',
  key,
  version,
  json: JSON.stringify(state),
});

/** What the tables of a service must answer in any store, described once. */
export function describeTables(open: () => Promise<StoreGround>, close: () => Promise<void>): void {
  let ground: StoreGround;
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    ground = await open();
    [store, other] = [ground.open(), ground.open()];
  });
  afterEach(() => close());

  const write = (...words: readonly string[]) => store.writeStep(writes({ journal: words.map(entryOf) }));
  const number = (limit = 10) =>
    store.transaction(async (tables) => {
      const entries = numbered(await tables.readLane(LANE), await tables.readUnnumbered(limit));
      await tables.writePositions(LANE, entries);
      return entries;
    });

  describe('the journal', () => {
    it('has what was committed without a position in the order of its insertion, whatever was rolled back between', async () => {
      await write('a', 'b');
      await rolledBack(store, (tables) => tables.writeStep(writes({ journal: [entryOf('lost')] })));
      await write('c');
      const entries = await store.readUnnumbered(10);
      expect(wordsOf(entries)).toEqual(['a', 'b', 'c']);
      expect(wordsOf(await store.readUnnumbered(2))).toEqual(['a', 'b']);
      const ids = entries.map(({ insertId }) => insertId);
      expect(ids.toSorted((x, y) => x - y)).toEqual(ids);
      expect(new Set(ids).size).toBe(3);
    });

    it('may show an entry before another that was inserted earlier and is committed later', async () => {
      const slow = await holding(store, (tables) => tables.writeStep(writes({ journal: [entryOf('slow')] })));
      await other.writeStep(writes({ journal: [entryOf('quick')] }));
      expect(wordsOf(await other.readUnnumbered(10))).toEqual(['quick']);
      await slow.commit();
      expect(wordsOf(await other.readUnnumbered(10))).toEqual(['slow', 'quick']);
    });

    it('gives positions from the head of the lane on, and moves the head', async () => {
      await write('a', 'b', 'c');
      const before = await store.readLane(LANE);
      expect(before).toMatchObject({ position: 0, last_event_id: null, published: 0, lane_id: ground.laneId });
      expect(before.chain.equals(chainStart(ground.laneId))).toBe(true);
      const [, second] = await number(2);
      const lane = await store.readLane(LANE);
      expect(lane).toMatchObject({ position: 2, last_event_id: second?.eventId });
      expect(lane.chain.equals(second?.chain ?? Buffer.alloc(0))).toBe(true);
      expect(wordsOf(await store.readUnnumbered(10))).toEqual(['c']);
      expect((await number()).map(({ position }) => position)).toEqual([3]);
    });

    it('never changes a position that was given', async () => {
      await write('a', 'b');
      const entries = await number();
      const again = entries.map((entry) => ({ ...entry, position: entry.position + 7, chain: Buffer.from('forged') }));
      await store.writePositions(LANE, again);
      const kept = await store.readJournal(1, 10);
      expect(kept.map(({ position, chain }) => [position, chain.toString('hex')])).toEqual(
        entries.map(({ position, chain }) => [position, chain.toString('hex')]),
      );
    });

    it('is read from a position on, in order, as much as is asked for, and never what has no position', async () => {
      await write('a', 'b', 'c');
      await number();
      await write('d');
      expect(wordsOf(await store.readJournal(1, 10))).toEqual(['a', 'b', 'c']);
      expect(wordsOf(await store.readJournal(2, 1))).toEqual(['b']);
      expect(await store.readJournal(4, 10)).toEqual([]);
      const [first] = await store.readJournal(1, 1);
      expect(first?.body.toString()).toBe('{"word":"a"}');
    });

    it('takes nothing that could never be published, and then nothing of the step', async () => {
      const tooLarge = { ...entryOf('large'), body: Buffer.alloc(BODY_BYTES_MAX + 1) };
      const foreign = { ...entryOf('foreign'), subject: 'not.of.this.house' };
      for (const entry of [tooLarge, foreign]) {
        const step = writes({ entities: [episode('a', 1)], journal: [entryOf('before'), entry] });
        await expect(store.transaction((tables) => tables.writeStep(step))).rejects.toThrow(ContractViolation);
      }
      expect(await store.readUnnumbered(10)).toEqual([]);
      expect(await store.loadEntities([{ type: 'episode', key: 'a' }])).toEqual([]);
    });
  });

  it('answers the questions of a transaction in the order in which they were asked', async () => {
    const journal = await store.transaction(async (tables) => {
      const writing = tables.writeStep(writes({ journal: [entryOf('a')] }));
      const reading = tables.readServiceTime(SERVICE);
      const timing = tables.writeServiceTime(SERVICE, at(1));
      return Promise.all([writing, reading, timing]);
    });
    expect(journal[1]).toBeNull();
    expect(await other.readServiceTime(SERVICE)).toBe(at(1));
    expect(wordsOf(await other.readUnnumbered(10))).toEqual(['a']);
  });

  it('commits nothing when something that was only sent could not be written', async () => {
    const unwritable = { type: 'episode', key: 'a', version: 1, json: '{}' };
    const failing = store.transaction(async (tables) => {
      await tables.writeServiceTime(SERVICE, at(1));
      await tables.writeStep(writes({ entities: [unwritable], journal: [{ ...entryOf('a'), subject: 'foreign' }] }));
    });
    await expect(failing).rejects.toThrow(ContractViolation);
    expect(await other.readServiceTime(SERVICE)).toBeNull();
  });

  describe('a checkpoint', () => {
    const opened = async () => {
      const checkpoint = (await store.openCheckpoints(SERVICE, new Map([[HEARD, ground.laneId]]))).get(HEARD);
      if (checkpoint === undefined) throw new Error('the lane has a checkpoint');
      return checkpoint;
    };

    it('is at the beginning of a lane that was never heard, and later where it was moved', async () => {
      const beginning = await opened();
      expect(beginning).toMatchObject({ position: 0, heardTime: null });
      expect(beginning.chain.equals(chainStart(ground.laneId))).toBe(true);
      const to = { position: 5, chain: Buffer.from('five'), heardTime: at(5) };
      expect(await store.moveCheckpoint(SERVICE, HEARD, beginning, to)).toBe(true);
      expect(await opened()).toEqual(to);
    });

    it('is not moved from where it is not', async () => {
      const beginning = await opened();
      const to = { ...beginning, position: 5 };
      expect(await store.moveCheckpoint(SERVICE, HEARD, { ...beginning, position: 3 }, to)).toBe(false);
      expect((await opened()).position).toBe(0);
    });

    it('is moved by one of two: the other waits, and then finds it elsewhere', async () => {
      const from = await opened();
      const first = await holding(store, (tables) =>
        tables.moveCheckpoint(SERVICE, HEARD, from, { ...from, position: 2 }),
      );
      const second = other.transaction((tables) =>
        tables.moveCheckpoint(SERVICE, HEARD, from, { ...from, position: 1 }),
      );
      await ground.untilBlocked();
      await first.commit();
      expect(await second).toBe(false);
      expect((await opened()).position).toBe(2);
    });

    it('is opened where a step leaves it that is moving it at that moment, or as it was when that step fails', async () => {
      const from = await opened();
      const lanes = new Map([[HEARD, ground.laneId]]);
      const moving = await holding(store, (tables) =>
        tables.moveCheckpoint(SERVICE, HEARD, from, { ...from, position: 2 }),
      );
      const opening = other.openCheckpoints(SERVICE, lanes);
      await ground.untilBlocked();
      await moving.commit();
      expect((await opening).get(HEARD)?.position).toBe(2);
      const there = await opened();
      await rolledBack(store, (tables) => tables.moveCheckpoint(SERVICE, HEARD, there, { ...there, position: 3 }));
      expect((await opened()).position).toBe(2);
    });

    it("goes with the service's time, which is none before the first step", async () => {
      expect(await store.readServiceTime(SERVICE)).toBeNull();
      await store.writeServiceTime(SERVICE, at(3));
      expect(await other.readServiceTime(SERVICE)).toBe(at(3));
    });
  });

  describe('entities', () => {
    const ids = ['a', 'b', 'c'].map((key) => ({ type: 'episode', key }));

    it('are loaded as they were last written, without those that never were', async () => {
      await store.writeStep(writes({ entities: [episode('a', 1, { rung: 1 }), episode('c', 1)] }));
      await store.writeStep(writes({ entities: [episode('a', 2, { rung: 2 })] }));
      expect(await store.loadEntities(ids)).toEqual([
        { type: 'episode', key: 'a', version: 2, state: { rung: 2 } },
        { type: 'episode', key: 'c', version: 1, state: {} },
      ]);
      expect(await store.loadEntities([])).toEqual([]);
    });

    it('are of one transaction from their loading to its end', async () => {
      await store.writeStep(writes({ entities: [episode('a', 1), episode('b', 1)] }));
      const first = await holding(store, async (tables) => {
        await tables.loadEntities(ids);
        await tables.writeStep(writes({ entities: [episode('a', 2)] }));
      });
      const second = other.transaction((tables) => tables.loadEntities(ids.slice(0, 1)));
      await ground.untilBlocked();
      await first.commit();
      expect(await second).toMatchObject([{ key: 'a', version: 2 }]);
    });

    it('wait for what is due, earliest first and as much as is asked for, until it has passed or is called off', async () => {
      expect(await store.nextDueAt()).toBeNull();
      const set = [timerOf('b', 5), timerOf('a', 5), timerOf('c', 2), timerOf('c', 9, 'later')];
      await store.writeStep(writes({ timersSet: set }));
      const due = async (minute: number, limit = 10) =>
        (await store.loadDueTimers(at(minute), limit)).map(({ key, name }) => `${key}/${name}`);
      expect(await due(5)).toEqual(['c/until', 'a/until', 'b/until']);
      expect(await due(5, 2)).toEqual(['c/until', 'a/until']);
      expect(await due(1)).toEqual([]);
      expect(await store.nextDueAt()).toBe(at(2));

      await store.writeStep(
        writes({ timersSet: [timerOf('c', 2, 'until', true), timerOf('b', 7)], timersCancelled: [timerOf('a', 5)] }),
      );
      expect(await due(9)).toEqual(['b/until', 'c/later']);
      expect(await store.nextDueAt()).toBe(at(7));
      const ofC = await store.loadTimersOf([{ type: 'episode', key: 'c' }]);
      expect(ofC.toSorted((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
        timerOf('c', 9, 'later'),
        timerOf('c', 2, 'until', true),
      ]);
    });
  });

  it('knows which requests have had their outcome, the newest by sequence first, each once', async () => {
    const handled = ['a', 'b', 'c'].map((commandId, index) => ({ commandId, sequence: index + 1 }));
    await store.writeStep(writes({ handled }));
    await store.writeStep(writes({ handled: [{ commandId: 'a', sequence: 9 }] }));
    expect(await store.findHandled(['a', 'c', 'x'])).toEqual(new Set(['a', 'c']));
    expect(await store.findHandled([])).toEqual(new Set());
    expect(await store.newestHandled(2)).toEqual([
      { commandId: 'c', sequence: 3 },
      { commandId: 'b', sequence: 2 },
    ]);
    expect(await store.newestHandled(10)).toHaveLength(3);
  });

  it('gives back what is parked in the order in which it came, until it was applied', async () => {
    await store.writeStep(writes({ parked: [parkedAt('k', 4), parkedAt('l', 2), parkedAt('k', 1), parkedAt('m', 1)] }));
    const waiting = async (limit = 10) =>
      (await other.loadParked(['k', 'l'], limit)).map(({ parkKey, position }) => `${parkKey}${position}`);
    expect(await waiting()).toEqual(['k4', 'l2', 'k1']);
    expect(await waiting(2)).toEqual(['k4', 'l2']);
    const [first] = await store.loadParked(['l'], 1);
    expect({ ...first, body: Buffer.from(first?.body ?? '') }).toEqual(parkedAt('l', 2));
    await store.writeStep(writes({ unparked: [parkedAt('k', 4), parkedAt('k', 9)] }));
    expect(await waiting()).toEqual(['l2', 'k1']);
  });

  it('counts what is parked under each key, a message of a lane once', async () => {
    expect(await store.loadParkedKeys()).toEqual(new Map());
    await store.writeStep(writes({ parked: [parkedAt('k', 1), parkedAt('k', 2), parkedAt('l', 2)] }));
    await store.writeStep(writes({ parked: [parkedAt('k', 2), parkedAt('k', 3)] }));
    expect(await other.loadParkedKeys()).toEqual(
      new Map([
        ['k', 3],
        ['l', 1],
      ]),
    );
  });
}
