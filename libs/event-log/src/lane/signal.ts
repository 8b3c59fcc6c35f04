/** Something to wait for that may happen before anyone waits; raised many times, it wakes once. */
export class Signal {
  #isRaised = false;
  #release: (() => void) | null = null;

  raise(): void {
    this.#isRaised = true;
    this.#release?.();
  }

  /** Waits until the signal is raised, at most `timeoutMs`, and lowers it. Returns whether it was raised. */
  async wait(timeoutMs: number): Promise<boolean> {
    if (!this.#isRaised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#release = () => {
          clearTimeout(timer);
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
