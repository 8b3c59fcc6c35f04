import { earlierOf, instant, laterOf, type Instant } from '@tocsin/domain-kit';
import type { ServiceName } from '@tocsin/contracts';

/** Whose time a service lives in. */
export type ClockMode = 'wall' | 'accelerated';

/** The lane whose facts carry the time of accelerated history. */
const TIME_KEEPER: ServiceName = 'ingestion';

/**
 * The clock that deadlines fire against. In production it is the wall clock once every lane is at its head, before that
 * the smallest time last heard on those behind, so that no deadline overtakes an unheard fact. In accelerated history
 * it is the newest time heard on the time-keeper's lane, or said by the time-keeper itself.
 */
export class ServiceClock {
  readonly #mode: ClockMode;
  readonly #wallMs: () => number;
  readonly #heard = new Map<string, Instant>();
  readonly #behind = new Set<string>();
  #time: Instant;

  constructor(mode: ClockMode, wallMs: () => number) {
    this.#mode = mode;
    this.#wallMs = wallMs;
    this.#time = instant(0);
  }

  /** Goes on from where the last step left off, whoever made it. */
  goOnFrom(time: Instant | null): void {
    this.#time = time ?? instant(0);
    this.#heard.clear();
  }

  /** The service's time now. */
  now(): Instant {
    if (this.#mode === 'accelerated' || this.#behind.size > 0) return this.#horizon();
    return instant(this.#wallMs());
  }

  /** Says whether everything on a lane has been heard. */
  setBehind(lane: string, isBehind: boolean): void {
    if (isBehind) this.#behind.add(lane);
    else this.#behind.delete(lane);
  }

  /** How far deadlines may fire before the fact of this time is applied. */
  hear(lane: ServiceName, time: Instant): Instant {
    this.#heard.set(lane, laterOf(this.#heard.get(lane) ?? time, time));
    if (this.#mode === 'accelerated') {
      if (lane === TIME_KEEPER) this.#time = laterOf(this.#time, time);
      return this.#time;
    }
    this.#time = laterOf(this.#time, earlierOf(this.#horizon(), time));
    return this.#time;
  }

  /** How far deadlines may fire before something that the service observed itself at `time`. */
  observe(time: Instant): Instant {
    this.#time = laterOf(this.#time, time);
    return this.#time;
  }

  /** Returns how to go back to this moment, for a step that did not commit. */
  mark(): () => void {
    const time = this.#time;
    const heard = new Map(this.#heard);
    return () => {
      this.#time = time;
      this.#heard.clear();
      for (const [lane, at] of heard) this.#heard.set(lane, at);
    };
  }

  /** What a later start goes on from. */
  get persisted(): Instant {
    return this.#time;
  }

  #horizon(): Instant {
    if (this.#mode === 'accelerated') return this.#time;
    let horizon = instant(this.#wallMs());
    for (const lane of this.#behind) horizon = earlierOf(horizon, this.#heard.get(lane) ?? this.#time);
    return horizon;
  }
}
