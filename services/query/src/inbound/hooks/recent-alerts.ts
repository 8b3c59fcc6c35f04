/** An alert that comes again within this time is the one that came before. */
const SAME_WITHIN_MS = 60_000;
/** More alerts in a minute than this are not remembered one by one. */
const ALERTS_MAX = 10_000;

type Seen = { readonly atMs: number };

/**
 * Tells an alert that is sent twice from two alerts: the same words of the same sender within a minute are one, counted
 * from the first. TradingView sends an alert again when it heard no answer. After a restart, or with a second instance,
 * what is left is that both see the same minute of the clock.
 */
export class RecentAlerts {
  readonly #seen = new Map<string, Seen>();

  /** The moment by which to name an alert with this digest: the minute in which it came first. */
  minuteOf(digest: string, nowMs: number): number {
    this.#forget(nowMs);
    const { atMs } = this.#seen.get(digest) ?? { atMs: nowMs };
    if (!this.#seen.has(digest) && this.#seen.size < ALERTS_MAX) this.#seen.set(digest, { atMs });
    return Math.floor(atMs / SAME_WITHIN_MS);
  }

  /** They stand in the order in which they came. A clock that was set back forgets them all. */
  #forget(nowMs: number): void {
    for (const [digest, { atMs }] of this.#seen) {
      if (nowMs >= atMs && nowMs - atMs < SAME_WITHIN_MS) return;
      this.#seen.delete(digest);
    }
  }
}
