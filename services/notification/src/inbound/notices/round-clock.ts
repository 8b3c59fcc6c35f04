import { instant, laterOf, type Instant } from '@tocsin/domain-kit';
import type { ClockMode, EventLog } from '@tocsin/event-log';

/** A service's time that has stood still for so long stands: a lane is halted, or the log cannot be read. */
const STANDS_AFTER_MS = 30_000;

/**
 * The time by which rounds look. It is the service's, which goes back to the facts not heard yet: after a restart nobody
 * is told of a pair before it is heard that its provider is in trouble. Where that time stands, the wall clock goes on: a
 * halted lane must not keep people from being told what was heard on another.
 */
export class RoundClock {
  readonly #log: Pick<EventLog, 'now'>;
  readonly #mode: ClockMode;
  readonly #wallMs: () => number;
  readonly #monotonicMs: () => number;
  #heard: Instant = instant(0);
  #heardAtMs = 0;
  #latest: Instant = instant(0);

  constructor(parts: {
    readonly log: Pick<EventLog, 'now'>;
    readonly mode: ClockMode;
    readonly wallMs: () => number;
    readonly monotonicMs: () => number;
  }) {
    this.#log = parts.log;
    this.#mode = parts.mode;
    this.#wallMs = parts.wallMs;
    this.#monotonicMs = parts.monotonicMs;
  }

  /** Begins anew, when another instance may have worked in between. */
  restart(): void {
    this.#heard = instant(0);
    this.#latest = instant(0);
  }

  /** Never goes back. */
  now(): Instant {
    const heard = this.#log.now();
    if (this.#mode === 'accelerated') return heard;
    const nowMs = this.#monotonicMs();
    if (heard > this.#heard) {
      this.#heard = heard;
      this.#heardAtMs = nowMs;
    }
    const time = nowMs - this.#heardAtMs >= STANDS_AFTER_MS ? instant(this.#wallMs()) : heard;
    this.#latest = laterOf(this.#latest, time);
    return this.#latest;
  }
}
