import { Unreachable } from '@tocsin/domain-kit';
import CircuitBreaker from 'opossum';
import { Cancelled } from './cancelled.ts';
import { NoAnswer } from './no-answer.ts';

export type BreakerState = 'closed' | 'half-open' | 'open';

/** A transition, and the calls of the last minute before it: those that showed the target alive, and the others. */
export interface BreakerChange {
  readonly state: BreakerState;
  readonly answered: number;
  readonly failed: number;
  /** How long this breaker leaves its target alone each time that it opens. */
  readonly openMs: number;
}

export type BreakerListener = (change: BreakerChange) => void;

export interface BreakerOptions {
  /** Fewer calls than this within a minute prove nothing. */
  readonly callsMin: number;
  /** How long the target is left alone, before one call is let through to try it. */
  readonly openMs: number;
  /** A call that tries the target and has no result after this was lost: the breaker opens again. */
  readonly probeMs: number;
}

const WINDOW_MS = 60_000;

/** While another call is trying a breaker that is half open, ask again after this. */
const PROBE_AGAIN_MS = 1_000;

/** A target that refuses or asks us to slow down is alive, and a bug of ours says nothing about it: no reason to open. */
const isSignOfLife = (error: unknown): boolean =>
  !(error instanceof Unreachable) || (error instanceof NoAnswer && error.reason === 'rate-limited');

/** Leaves a target alone while more than half of its calls fail. opossum inside, with a watchdog over its probe. */
export class Breaker {
  readonly #target: string;
  readonly #openMs: number;
  readonly #circuit: CircuitBreaker<[() => Promise<unknown>]>;
  readonly #listeners = new Set<BreakerListener>();
  #watchdog: NodeJS.Timeout | undefined;
  /** opossum has no word for a probe without a result. */
  #lostProbes = 0;
  /** On the monotonic clock, like everything here that waits. */
  #openedAtMs = 0;

  constructor(target: string, { callsMin, openMs, probeMs }: BreakerOptions) {
    this.#target = target;
    this.#openMs = openMs;
    this.#circuit = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
      name: target,
      timeout: false, // The caller's reaches into the call and covers the body; opossum's would only stop waiting.
      volumeThreshold: callsMin,
      resetTimeout: openMs,
      rollingCountTimeout: WINDOW_MS,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      // A probe that was stopped by its caller proved nothing, so the target is left alone for another while.
      errorFilter: (error) => isSignOfLife(error) && !(error instanceof Cancelled && this.#circuit.halfOpen),
    });
    this.#circuit.on('open', () => {
      this.#openedAtMs = performance.now();
      this.#changed('open');
    });
    this.#circuit.on('halfOpen', () => {
      this.#changed('half-open');
    });
    this.#circuit.on('close', () => {
      this.#changed('closed');
    });
    this.#circuit.on('fire', () => {
      const isProbe = this.#circuit.halfOpen && this.#circuit.pendingClose;
      if (isProbe) this.#watch(probeMs);
    });
  }

  get state(): BreakerState {
    const { halfOpen, opened } = this.#circuit;
    return opened ? 'open' : halfOpen ? 'half-open' : 'closed';
  }

  /** Tells every transition from now on; returns the way to stop that. */
  onChange(listener: BreakerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Makes the call, or refuses to.
   * @throws {NoAnswer} without a call while the breaker is open, or while another call is trying the target.
   */
  async fire<T>(call: () => Promise<T>): Promise<T> {
    try {
      // opossum knows its calls' values only as unknown; so the value goes past it.
      return await new Promise<T>((resolve, reject) => {
        this.#circuit.fire(() => call().then(resolve)).catch(reject);
      });
    } catch (error) {
      throw error instanceof Error && CircuitBreaker.isOurError(error) ? this.refusal(error) : error;
    }
  }

  /** What a call is told that is not made. */
  refusal(cause?: unknown): NoAnswer {
    const hintMs = Math.max(PROBE_AGAIN_MS, Math.ceil(this.#openedAtMs + this.#openMs - performance.now()));
    const message = `${this.#target} keeps failing and is left alone for a while`;
    return new NoAnswer('breaker-open', message, { hintMs, cause });
  }

  /** Stops the timers. */
  stop(): void {
    clearTimeout(this.#watchdog);
    this.#listeners.clear();
    this.#circuit.shutdown();
  }

  /** opossum lets one probe through and then waits for it for ever: one that is lost would be the last call of all. */
  #watch(probeMs: number): void {
    clearTimeout(this.#watchdog);
    this.#lostProbes = 0;
    this.#watchdog = setTimeout(() => {
      if (!this.#circuit.halfOpen) return;
      this.#lostProbes = 1;
      this.#circuit.open();
    }, probeMs);
    this.#watchdog.unref();
  }

  #changed(state: BreakerState): void {
    clearTimeout(this.#watchdog);
    const { successes, failures } = this.#circuit.stats;
    const change = { state, answered: successes, failed: failures + this.#lostProbes, openMs: this.#openMs };
    this.#lostProbes = 0;
    for (const listener of this.#listeners) listener(change);
  }
}
