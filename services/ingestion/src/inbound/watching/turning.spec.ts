import { Turning } from './turning.ts';

/** So long that nobody rests to its end while a test runs. */
const FOR_EVER_MS = 3_600_000;

describe('a loop of turns', () => {
  let beats: number;
  let troubles: unknown[];
  let turning: Turning | null;
  beforeEach(() => {
    beats = 0;
    troubles = [];
    turning = null;
  });
  afterEach(() => turning?.stop());

  /** A loop that turns as the script says and rests for ever after its end; resolves when it has come to it. */
  function play(...turns: readonly (() => number | Promise<number>)[]): Promise<void> {
    return new Promise((resolve) => {
      const script = [...turns];
      turning = new Turning({
        turn: () => {
          const next = script.shift();
          if (next !== undefined) return next();
          resolve();
          return FOR_EVER_MS;
        },
        onTrouble: (error) => troubles.push(error),
        beat: () => (beats += 1),
      });
      turning.start();
    });
  }

  it('beats before every turn', async () => {
    await play(
      () => 0,
      () => Promise.resolve(1),
    );
    expect(beats).toBe(3);
  });

  it('rests as long as a turn says', async () => {
    const startedMs = performance.now();
    await play(() => 50);
    expect(performance.now() - startedMs).toBeGreaterThan(45);
  });

  it('goes on after a turn that failed, and says so', async () => {
    const trouble = new Error('the database is away');
    await play(
      () => Promise.reject(trouble),
      () => {
        throw trouble;
      },
    );
    expect(troubles).toEqual([trouble, trouble]);
  });

  it('lets others have their turn, however much there is to do', async () => {
    let others = 0;
    void new Promise(setImmediate).then(() => (others += 1));
    await play(
      () => 0,
      () => others,
    );
    expect(others).toBe(1);
  });

  it('is woken from its rest', async () => {
    const end = play(() => FOR_EVER_MS);
    await new Promise(setImmediate); // Now it rests.
    turning?.wake();
    await end;
    expect(beats).toBe(2);
  });

  it('does not rest when it was woken in the middle of a turn', async () => {
    await play(() => {
      turning?.wake();
      return FOR_EVER_MS;
    });
    expect(beats).toBe(2);
  });

  it('finishes the turn at hand when it is stopped, and begins no other', async () => {
    let finish: (restMs: number) => void = () => undefined;
    void play(() => new Promise<number>((resolve) => (finish = resolve)));
    await new Promise(setImmediate); // Now it is in the middle of its turn.
    const stopped = turning?.stop();
    expect(turning?.stopping.aborted).toBe(true);
    finish(0);
    await stopped;
    expect(beats).toBe(1);
  });

  it('says nothing of a turn that fails because of the stop', async () => {
    let fail: (error: Error) => void = () => undefined;
    void play(() => new Promise<number>((_, reject) => (fail = reject)));
    await new Promise(setImmediate);
    const stopped = turning?.stop();
    fail(new Error('aborted'));
    await stopped;
    expect(troubles).toEqual([]);
  });

  it('stops at once while it rests', async () => {
    await play();
    await turning?.stop();
    expect(beats).toBe(1);
  });
});
