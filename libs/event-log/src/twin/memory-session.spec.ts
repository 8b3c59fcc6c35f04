import { VirtualTime } from '../../simulation/virtual-time.ts';
import { CONNECTION_LOST, MemorySession, RowLocks, ServerFault } from './memory-session.ts';

describe('the row locks of the twin', () => {
  let time: VirtualTime;
  let locks: RowLocks;
  let granted: string[];
  beforeEach(() => {
    time = new VirtualTime();
    locks = new RowLocks(time);
    granted = [];
  });

  const session = (owner: string) => new MemorySession({ owner, locks, time, onEnd: () => undefined });
  const take = (row: string, by: MemorySession) => {
    by.lock(row).then(
      () => granted.push(by.owner),
      (error: unknown) => granted.push(`${by.owner}: ${error instanceof ServerFault ? error.code : 'unknown'}`),
    );
  };
  const pass = (ms: number) => time.run(time.monotonicMs() + ms, () => undefined);

  it('are held by one session at a time, and go to those who wait in the order in which they came', async () => {
    const [first, second, third] = [session('first'), session('second'), session('third')];
    for (const each of [first, second, third]) take('row', each);
    await pass(10);
    expect([granted, locks.waiting]).toEqual([['first'], 2]);
    first.commit();
    await pass(10);
    expect(granted).toEqual(['first', 'second']);
    second.rollback();
    await pass(10);
    expect([granted, locks.waiting]).toEqual([['first', 'second', 'third'], 0]);
  });

  it('are of a row: another row is free, and a session may take its own twice', async () => {
    const [first, second] = [session('first'), session('second')];
    take('row', first);
    take('row', first);
    take('other', second);
    await pass(10);
    expect(granted).toEqual(['first', 'first', 'second']);
  });

  it('are not waited for longer than the server allows, and who has given up is not granted them later', async () => {
    const [first, second, third] = [session('first'), session('second'), session('third')];
    take('row', first);
    take('row', second);
    await pass(4_000);
    take('row', third);
    await pass(2_000);
    expect(granted).toEqual(['first', 'second: 55P03']);
    first.commit();
    await pass(10);
    expect(granted).toEqual(['first', 'second: 55P03', 'third']);
  });

  it('pass over a session that was ended while it waited', async () => {
    const [first, second, third] = [session('first'), session('second'), session('third')];
    for (const each of [first, second, third]) take('row', each);
    second.abort(new ServerFault(CONNECTION_LOST, 'gone'));
    first.commit();
    await pass(10);
    expect(granted).toEqual(['first', 'third']);
  });
});

describe('a session of the twin', () => {
  const time = new VirtualTime();
  const session = () => new MemorySession({ owner: 'a', locks: new RowLocks(time), time, onEnd: () => undefined });

  it('writes nothing before it commits, and nothing at all when it was ended', async () => {
    const written: string[] = [];
    const [committed, ended] = [session(), session()];
    for (const [each, word] of [
      [committed, 'committed'],
      [ended, 'ended'],
    ] as const)
      await each.statement(() => {
        each.write(() => written.push(word));
      });
    expect(written).toEqual([]);
    ended.abort(new ServerFault(CONNECTION_LOST, 'gone'));
    expect(() => {
      ended.commit();
    }).toThrow('gone');
    committed.commit();
    expect(written).toEqual(['committed']);
  });

  it('is ended when nothing is asked of it for three seconds, and says why', async () => {
    const idle = session();
    await idle.statement(() => null);
    await time.run(time.monotonicMs() + 2_900, () => undefined);
    expect(idle.isOpen).toBe(true);
    await time.run(time.monotonicMs() + 200, () => undefined);
    expect(idle.isOpen).toBe(false);
    await expect(idle.statement(() => null)).rejects.toThrow('idle-in-transaction');
  });
});
