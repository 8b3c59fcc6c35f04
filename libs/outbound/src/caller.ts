import { Rejected, Unreachable } from '@tocsin/domain-kit';
import Bottleneck from 'bottleneck';
import { Agent } from 'undici';
import { Breaker, type BreakerListener } from './breaker.ts';
import type { CallerOptions, CallerStats, CallOutcome, GetOptions, PostOptions } from './caller-options.ts';
import { Cancelled } from './cancelled.ts';
import { DayBudget } from './day-budget.ts';
import { within } from './deadline.ts';
import { exchange, type Answer } from './http.ts';
import { NoAnswer } from './no-answer.ts';

const ANSWER_BYTES_MAX = 64 * 1024;
const RATE = { calls: 10, perMs: 1_000 };
const BREAKER = { callsMin: 5, openMs: 30_000 };

/** Statuses below 500 that are about the moment and not about the request. */
const TRY_AGAIN = [408, 425];
const SLOW_DOWN = new Set([429]);
/** Where data is asked for, a 418 is a ban for those who did not heed a 429; for others it is a joke. */
const SLOW_DOWN_OR_BE_BANNED = new Set([418, 429]);
/** The longest ban that a provider is known to impose; whoever asks for more has made a mistake. */
const LEAVE_ALONE_MS_MAX = 3 * 86_400_000;

/**
 * One target in the outside world and our manners towards it: a deadline for each call, a breaker, a rate limit.
 * Either a call returns, and the target said yes, or it throws a Fault that says what to do. Nothing is tried twice
 * here: whoever calls remembers, and decides about another try.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #windowMs: number;
  readonly #breaker: Breaker;
  readonly #dayBudget: DayBudget | null;
  readonly #bucket: Bottleneck;
  /** Of this target's own, so that no connection is used that was opened under another rule. */
  readonly #agent: Agent | null;
  readonly #outcomes: Record<CallOutcome, number> = {
    answered: 0,
    rejected: 0,
    unreachable: 0,
    timeout: 0,
    'rate-limited': 0,
    'breaker-open': 0,
    cancelled: 0,
    defect: 0,
  };
  #inFlight = 0;
  #sent = 0;
  /** The target asked to be left alone up to then; on the monotonic clock, like everything here that waits. */
  #leaveAloneUntilMs = 0;

  constructor(
    readonly target: string,
    options: CallerOptions,
  ) {
    const { calls, perMs } = options.rate ?? RATE;
    this.#options = options;
    this.#windowMs = perMs;
    this.#breaker = new Breaker(target, { probeMs: 2 * options.timeoutMs, ...(options.breaker ?? BREAKER) });
    this.#dayBudget = options.requestsPerDay === undefined ? null : new DayBudget(options.requestsPerDay);
    this.#agent = options.reach ? new Agent({ connect: options.reach.connector() }) : null;
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
   * @throws {Cancelled} when the signal said so.
   */
  async post(
    url: string | URL,
    body: object | string,
    { timeoutMs = this.#options.timeoutMs, headers, idempotencyKey, secrets = [], signal }: PostOptions = {},
  ): Promise<Answer> {
    const request = {
      target: this.target,
      url,
      method: 'POST' as const,
      headers: {
        'content-type': 'application/json',
        ...headers,
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      answerBytesMax: this.#options.answerBytesMax ?? ANSWER_BYTES_MAX,
      tryAgainAt: new Set(TRY_AGAIN),
      slowDownAt: SLOW_DOWN,
      secrets,
      isQuoted: true,
      dispatcher: this.#agent,
    };
    const call = () => this.#within(timeoutMs, (ended) => exchange(request, ended), signal);
    return this.#counted(() => this.#guarded(call));
  }

  /**
   * Asks for `url` and returns the answer, which is a 2xx. A target that says for how long it wants to be left alone is
   * not asked anything before that. What a target tells instead of an answer is in the fault's `reply`, never in its
   * message: some repeat the key that they were sent.
   * @throws {NoAnswer} when another try may help: a connection error, the deadline, 408, 418, 425, 429, 5xx, our own limits.
   * @throws {Refused} when the target said a final no: any other 4xx, a redirect.
   */
  async get(
    url: string | URL,
    { timeoutMs = this.#options.timeoutMs, headers, tryAgainAt = [], secrets = [] }: GetOptions = {},
  ): Promise<Answer> {
    const request = {
      target: this.target,
      url,
      method: 'GET' as const,
      headers: { 'user-agent': 'tocsin', ...headers },
      body: null,
      answerBytesMax: this.#options.answerBytesMax ?? ANSWER_BYTES_MAX,
      tryAgainAt: new Set([...TRY_AGAIN, ...tryAgainAt]),
      slowDownAt: SLOW_DOWN_OR_BE_BANNED,
      secrets,
      isQuoted: false,
      dispatcher: this.#agent,
    };
    return this.#counted(async () => {
      this.#refuseWhileLeftAlone();
      try {
        return await this.#guarded(
          () => this.#within(timeoutMs, (signal) => exchange(request, signal)),
          () => {
            this.#refuseWhileLeftAlone(); // Others were answered while this one waited for the rate limit.
          },
        );
      } catch (error) {
        if (error instanceof NoAnswer && error.reason === 'rate-limited' && error.askedMs !== null) {
          this.#leaveAloneFor(error.askedMs);
        }
        throw error;
      }
    });
  }

  /**
   * Makes any other kind of call with the same manners. The action sorts its own troubles into faults and stops when the
   * signal says so; the caller is answered at the deadline whether it does or not.
   * @throws {NoAnswer} when the deadline passes, the breaker is open, or too many calls wait for the rate limit.
   */
  async run<T>(action: (signal: AbortSignal) => Promise<T>, timeoutMs = this.#options.timeoutMs): Promise<T> {
    return this.#counted(() => this.#guarded(() => this.#within(timeoutMs, action)));
  }

  /** Tells every transition of the breaker from now on; returns the way to stop that. */
  onBreaker(listener: BreakerListener): () => void {
    return this.#breaker.onChange(listener);
  }

  /** Whether a call made now would be made at once; false while the breaker is open or a limit is used up. */
  async isReady(): Promise<boolean> {
    if (this.#breaker.state === 'open' || this.#dayBudget?.left === 0) return false;
    return performance.now() >= this.#leaveAloneUntilMs && (await this.#bucket.check());
  }

  /** What this caller has seen and how it stands. */
  stats(): CallerStats {
    return {
      target: this.target,
      breaker: this.#breaker.state,
      inFlight: this.#inFlight,
      waiting: this.#bucket.queued(),
      quotaLeft: this.#dayBudget?.left ?? null,
      sent: this.#sent,
      outcomes: { ...this.#outcomes },
    };
  }

  /** Stops the timers. Calls on their way end by themselves; later ones are a mistake. */
  async close(): Promise<void> {
    this.#breaker.stop();
    await this.#bucket.disconnect();
    await this.#agent?.close();
  }

  async #counted<T>(call: () => Promise<T>): Promise<T> {
    try {
      const value = await call();
      this.#outcomes.answered += 1;
      return value;
    } catch (error) {
      this.#outcomes[outcomeOf(error)] += 1;
      throw error;
    }
  }

  /**
   * The breaker is asked before the bucket, so that a call which will not be made costs no share of the rate; and what
   * our own limits refuse never reaches the breaker, which would take it for a sign of life.
   */
  async #guarded<T>(call: () => Promise<T>, beforeSending?: () => void): Promise<T> {
    if (this.#breaker.state === 'open') throw this.#breaker.refusal();
    try {
      return await this.#bucket.schedule(async () => {
        beforeSending?.();
        this.#refuseWhenUsedUp();
        return this.#breaker.fire(() => {
          this.#dayBudget?.take();
          this.#sent += 1;
          return call();
        });
      });
    } catch (error) {
      if (!(error instanceof Bottleneck.BottleneckError)) throw error;
      const hintMs = this.#windowMs;
      throw new NoAnswer('rate-limited', `${this.target}: too many calls wait already`, { hintMs, cause: error });
    }
  }

  #refuseWhenUsedUp(): void {
    if (this.#dayBudget === null || this.#dayBudget.left > 0) return;
    const hintMs = this.#dayBudget.renewsInMs;
    throw new NoAnswer('rate-limited', `${this.target}: today's calls are used up`, { hintMs });
  }

  #leaveAloneFor(askedMs: number): void {
    const untilMs = performance.now() + Math.min(askedMs, LEAVE_ALONE_MS_MAX);
    this.#leaveAloneUntilMs = Math.max(this.#leaveAloneUntilMs, untilMs);
  }

  #refuseWhileLeftAlone(): void {
    const hintMs = Math.ceil(this.#leaveAloneUntilMs - performance.now());
    if (hintMs <= 0) return;
    throw new NoAnswer('rate-limited', `${this.target} asked to be left alone for a while`, { hintMs });
  }

  async #within<T>(timeoutMs: number, action: (signal: AbortSignal) => Promise<T>, cancel?: AbortSignal): Promise<T> {
    this.#inFlight += 1;
    try {
      return await within(this.target, { timeoutMs, cancel }, action);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof NoAnswer) return error.reason;
  if (error instanceof Cancelled) return 'cancelled';
  if (error instanceof Unreachable) return 'unreachable';
  return error instanceof Rejected ? 'rejected' : 'defect';
}
