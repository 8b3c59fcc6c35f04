import { wallClock } from '../liveness/wall-clock.ts';
import { Signal } from './signal.ts';

describe('a signal', () => {
  it('wakes whoever waits', async () => {
    const signal = new Signal(wallClock);
    const waiting = signal.wait(60_000);
    signal.raise();
    expect(await waiting).toBe(true);
  });

  it('is not missed when it was raised before anyone waited, and wakes once', async () => {
    const signal = new Signal(wallClock);
    signal.raise();
    signal.raise();
    expect(await signal.wait(60_000)).toBe(true);
    expect(await signal.wait(1)).toBe(false);
  });
});
