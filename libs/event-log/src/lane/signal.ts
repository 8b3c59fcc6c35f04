import type { WallClock } from '../liveness/wall-clock.ts';

/** Something to wait for that may happen before anyone waits; raised many times, it wakes once. */
export class Signal {
  readonly #time: WallClock;
  #isRaised = false;
  #release: (() => void) | null = null;

  constructor(time: WallClock) {
    this.#time = time;
  }

  raise(): void {
    this.#isRaised = true;
    this.#release?.();
  }

  /** Waits until the signal is raised, at most `timeoutMs`, and lowers it. Returns whether it was raised. */
  async wait(timeoutMs: number): Promise<boolean> {
    if (!this.#isRaised) {
      await new Promise<void>((resolve) => {
        const cancel = this.#time.after(timeoutMs, resolve);
        this.#release = () => {
          cancel();
          resolve();
        };
      });
      this.#release = null;
    }
    const wasRaised = this.#isRaised;
    this.#isRaised = false;
    return wasRaised;
  }
}
