import { Rejected, Unreachable } from '@tocsin/domain-kit';
import Bottleneck from 'bottleneck';
import CircuitBreaker from 'opossum';
import { post, type Answer } from './http.ts';
import { NoAnswer, type NoAnswerReason } from './no-answer.ts';

/** How one target is treated. */
export interface CallerOptions {
  /** How long one call may take, from dialling to the last byte of the answer. */
  readonly timeoutMs: number;
  /** At most so many calls in each window; a call that finds the window full waits for the next one. `perMs` is a multiple of 250. */
  readonly rate?: { readonly calls: number; readonly perMs: number };
  /** More than half of at least `callsMin` calls of the last minute failed: no more calls for `openMs`, then one to try. */
  readonly breaker?: { readonly callsMin: number; readonly openMs: number };
  /** The most that is read of an answer. */
  readonly answerBytesMax?: number;
}

/** What one call may ask for on top of how its target is treated. */
export interface PostOptions {
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The same for every repeat of one request, so that the receiver can tell. */
  readonly idempotencyKey?: string;
}

/** How calls ended, by the words that faults have everywhere in the house; a defect is a bug of ours. */
export type CallOutcome = 'answered' | 'rejected' | NoAnswerReason | 'defect';

/** What a scrape of the metrics reads. */
export interface CallerStats {
  readonly target: string;
  readonly breaker: 'closed' | 'half-open' | 'open';
  readonly inFlight: number;
  /** Calls that wait for the rate limit. */
  readonly waiting: number;
  /** Since the start of the process. */
  readonly outcomes: Readonly<Record<CallOutcome, number>>;
}

const ANSWER_BYTES_MAX = 64 * 1024;
const RATE = { calls: 10, perMs: 1_000 };
const BREAKER = { callsMin: 5, openMs: 30_000 };
/** While another call is trying a breaker that is half open, ask again after this. */
const PROBE_MS = 1_000;
const BREAKER_WINDOW_MS = 60_000;

/**
 * One target in the outside world and our manners towards it: a deadline for each call, a breaker, a rate limit.
 * Either a call returns, and the target said yes, or it throws a Fault that says what to do. Nothing is tried twice
 * here: whoever calls remembers, and decides about another try.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #openMs: number;
  readonly #windowMs: number;
  readonly #breaker: CircuitBreaker<[() => Promise<unknown>]>;
  readonly #bucket: Bottleneck;
  readonly #outcomes: Record<CallOutcome, number> = {
    answered: 0,
    rejected: 0,
    unreachable: 0,
    timeout: 0,
    'rate-limited': 0,
    'breaker-open': 0,
    defect: 0,
  };
  #inFlight = 0;
  /** On the monotonic clock, like everything here that waits. */
  #openedAtMs = 0;

  constructor(
    readonly target: string,
    options: CallerOptions,
  ) {
    const { calls, perMs } = options.rate ?? RATE;
    const { callsMin, openMs } = options.breaker ?? BREAKER;
    this.#options = options;
    this.#openMs = openMs;
    this.#windowMs = perMs;
    this.#breaker = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
      name: target,
      timeout: false, // Ours reaches into the call and covers the body; opossum's would only stop waiting.
      volumeThreshold: callsMin,
      resetTimeout: openMs,
      rollingCountTimeout: BREAKER_WINDOW_MS,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: isSignOfLife,
    });
    this.#breaker.on('open', () => (this.#openedAtMs = performance.now()));
    this.#bucket = new Bottleneck({
      reservoir: calls,
      reservoirRefreshAmount: calls,
      reservoirRefreshInterval: perMs,
      // As many may wait as one window lets through, so nobody waits much longer than one window.
      highWater: calls,
      strategy: Bottleneck.strategy.OVERFLOW,
    });
  }

  /**
   * Posts `body` (an object as JSON; text as it is, and said to be JSON) and returns the answer, which is a 2xx.
   * @throws {NoAnswer} when another try may help: a connection error, the deadline, 408, 425, 429, 5xx, our own limits.
   * @throws {Rejected} when the target said a final no: any other 4xx, a redirect.
   */
  async post(
    url: string | URL,
    body: object | string,
    { timeoutMs, headers, idempotencyKey }: PostOptions = {},
  ): Promise<Answer> {
    const exchange = {
      target: this.target,
      url: new URL(url),
      headers: {
        'content-type': 'application/json',
        ...headers,
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      answerBytesMax: this.#options.answerBytesMax ?? ANSWER_BYTES_MAX,
    };
    return this.run((signal) => post(exchange, signal), timeoutMs);
  }

  /**
   * Makes any other kind of call with the same manners. The action sorts its own troubles into faults and stops when the
   * signal says so; the caller is answered at the deadline whether it does or not.
   * @throws {NoAnswer} when the deadline passes, the breaker is open, or too many calls wait for the rate limit.
   */
  async run<T>(action: (signal: AbortSignal) => Promise<T>, timeoutMs = this.#options.timeoutMs): Promise<T> {
    try {
      const value = await this.#guarded(() => this.#within(timeoutMs, action));
      this.#outcomes.answered += 1;
      return value;
    } catch (error) {
      this.#outcomes[outcomeOf(error)] += 1;
      throw error;
    }
  }

  /** Whether a call made now would be made at once; false while the breaker is open or the rate is used up. */
  async isReady(): Promise<boolean> {
    return !this.#breaker.opened && (await this.#bucket.check());
  }

  /** What this caller has seen and how it stands. */
  stats(): CallerStats {
    const { halfOpen, opened } = this.#breaker;
    return {
      target: this.target,
      breaker: opened ? 'open' : halfOpen ? 'half-open' : 'closed',
      inFlight: this.#inFlight,
      waiting: this.#bucket.queued(),
      outcomes: { ...this.#outcomes },
    };
  }

  /** Stops the timers. Calls on their way end by themselves; later ones are a mistake. */
  async close(): Promise<void> {
    this.#breaker.shutdown();
    await this.#bucket.disconnect();
  }

  /** The breaker is asked before the bucket, so that a call which will not be made costs no share of the rate. */
  async #guarded<T>(call: () => Promise<T>): Promise<T> {
    if (this.#breaker.opened) throw this.#breakerOpen();
    try {
      return await this.#bucket.schedule(() => this.#watched(call));
    } catch (error) {
      if (error instanceof Bottleneck.BottleneckError) {
        const hintMs = this.#windowMs;
        throw new NoAnswer('rate-limited', `${this.target}: too many calls wait already`, { hintMs, cause: error });
      }
      if (error instanceof Error && CircuitBreaker.isOurError(error)) throw this.#breakerOpen(error);
      throw error;
    }
  }

  /** opossum knows its calls' values only as unknown; so the value goes past it. */
  #watched<T>(call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#breaker.fire(() => call().then(resolve)).catch(reject);
    });
  }

  async #within<T>(timeoutMs: number, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    this.#inFlight += 1;
    try {
      return await new Promise<T>((resolve, reject) => {
        timer = setTimeout(() => {
          const late = new NoAnswer('timeout', `${this.target} did not answer within ${timeoutMs} ms`);
          reject(late);
          controller.abort(late);
        }, timeoutMs);
        action(controller.signal).then(resolve, reject);
      });
    } finally {
      this.#inFlight -= 1;
      clearTimeout(timer);
    }
  }

  #breakerOpen(cause?: unknown): NoAnswer {
    const hintMs = Math.max(PROBE_MS, Math.ceil(this.#openedAtMs + this.#openMs - performance.now()));
    return new NoAnswer('breaker-open', `${this.target} keeps failing and is left alone for a while`, {
      hintMs,
      cause,
    });
  }
}

/** A target that refuses or asks us to slow down is alive, and a bug of ours says nothing about it: no reason to open. */
const isSignOfLife = (error: unknown): boolean =>
  !(error instanceof Unreachable) || (error instanceof NoAnswer && error.reason === 'rate-limited');

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof NoAnswer) return error.reason;
  if (error instanceof Unreachable) return 'unreachable';
  return error instanceof Rejected ? 'rejected' : 'defect';
}
