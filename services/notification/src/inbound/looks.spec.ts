import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { FactListener } from '@tocsin/event-log';
import { setImmediate as turn } from 'node:timers/promises';
import { Looks } from './looks.ts';

const LONG_MS = 3_600_000;
const fact = (type: string) => [{ type } as Recorded<AnyEvent>];

/** Looks that end when the test says so. */
function scene() {
  const ends: { done: () => void; fail: () => void }[] = [];
  const troubles: unknown[] = [];
  const listeners: FactListener[] = [];
  const looks = new Looks({
    look: () =>
      new Promise<void>((resolve, reject) => {
        ends.push({
          done: resolve,
          fail: () => {
            reject(new Error('not now'));
          },
        });
      }),
    everyMs: LONG_MS,
    news: new Set(['NoticeQueued']),
    eventLog: {
      listenToFacts: (listener) => {
        listeners.push(listener);
        listener.onTakenUp();
      },
    },
    onTrouble: (error) => troubles.push(error),
  });
  const say = (type: string) => {
    listeners.forEach(({ onSaid }) => {
      onSaid(fact(type));
    });
  };
  return { looks, ends, troubles, say };
}

describe('looks', () => {
  it('begin with one that whoever starts them can wait for', async () => {
    const { looks, ends } = scene();
    let isStarted = false;
    const started = looks.start().then(() => (isStarted = true));
    await turn();
    expect([ends.length, isStarted]).toEqual([1, false]);
    ends[0]?.done();
    await started;
    await looks.stop();
    expect(ends).toHaveLength(1);
  });

  it('are one at a time, and one more where news came meanwhile, however much', async () => {
    const { looks, ends, say } = scene();
    const started = looks.start();
    for (const type of ['NoticeQueued', 'NoticeQueued', 'ClockAdvanced']) say(type);
    expect(ends).toHaveLength(1);
    ends[0]?.done();
    await started;
    await turn();
    expect(ends).toHaveLength(2);
    ends[1]?.done();
    await turn();
    say('ClockAdvanced');
    expect(ends).toHaveLength(2);
    say('NoticeQueued');
    expect(ends).toHaveLength(3);
    ends[2]?.done();
    await looks.stop();
  });

  it('go on after one that failed, and say so', async () => {
    const { looks, ends, troubles, say } = scene();
    const started = looks.start();
    ends[0]?.fail();
    await started;
    await turn();
    expect(troubles).toEqual([new Error('not now')]);
    say('NoticeQueued');
    expect(ends).toHaveLength(2);
    ends[1]?.done();
    await looks.stop();
  });

  it('end with the one at work, and none begins after it', async () => {
    const { looks, ends, say } = scene();
    const started = looks.start();
    say('NoticeQueued');
    let isStopped = false;
    const stopped = looks.stop().then(() => (isStopped = true));
    await turn();
    expect(isStopped).toBe(false);
    ends[0]?.done();
    await Promise.all([started, stopped]);
    await turn();
    expect(ends).toHaveLength(1);
  });
});
