const DAY_MS = 86_400_000;

/** So many calls on one day of UTC. It counts what this process sent: another one with the same key is not seen. */
export class DayBudget {
  readonly #callsMax: number;
  readonly #now: () => number;
  #day = 0;
  #sent = 0;

  constructor(callsMax: number, now: () => number = Date.now) {
    this.#callsMax = callsMax;
    this.#now = now;
  }

  /** Calls that may still be made today. */
  get left(): number {
    this.#turn();
    return Math.max(0, this.#callsMax - this.#sent);
  }

  /** How long until the budget is whole again. */
  get renewsInMs(): number {
    return DAY_MS - (this.#now() % DAY_MS);
  }

  take(): void {
    this.#turn();
    this.#sent += 1;
  }

  /** A clock that is set back over midnight does not bring a day's calls twice. */
  #turn(): void {
    const today = Math.floor(this.#now() / DAY_MS);
    if (today <= this.#day) return;
    this.#day = today;
    this.#sent = 0;
  }
}
