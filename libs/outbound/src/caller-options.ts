import type { BreakerState } from './breaker.ts';
import type { NoAnswerReason } from './no-answer.ts';
import type { Reach } from './reach.ts';

/** How one target is treated. */
export interface CallerOptions {
  /** How long one call may take, from dialling to the last byte of the answer. */
  readonly timeoutMs: number;
  /** At most so many calls in each window; a call that finds the window full waits for the next one. `perMs` is a multiple of 250. */
  readonly rate?: { readonly calls: number; readonly perMs: number };
  /** At most so many calls on a day of UTC. What an earlier process sent is not counted. */
  readonly requestsPerDay?: number;
  /**
   * More than half of at least `callsMin` calls of the last minute failed: no more calls for `openMs`, then one to try.
   * It is given up after `probeMs`, or else after twice the deadline.
   */
  readonly breaker?: { readonly callsMin: number; readonly openMs: number; readonly probeMs?: number };
  /** The most that is read of an answer. */
  readonly answerBytesMax?: number;
  /** Which addresses may be called, where somebody else says whom to call. Without it, every one. */
  readonly reach?: Reach;
}

/** What one call may ask for on top of how its target is treated. */
export interface PostOptions {
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The same for every repeat of one request, so that the receiver can tell. */
  readonly idempotencyKey?: string;
  /** What was sent and must not come back in a fault, such as a key; some targets repeat it. */
  readonly secrets?: readonly string[];
  /** Stops the call and hangs up. */
  readonly signal?: AbortSignal;
}

/** What one question may ask for on top of how its target is treated. */
export interface GetOptions {
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses at which this target's no is about the moment, besides 408, 418, 425, 429 and all above 499. */
  readonly tryAgainAt?: readonly number[];
  /** What was sent and must not come back in a fault, such as a key; its headers or its address may hold it. */
  readonly secrets?: readonly string[];
}

/** How calls ended, by the words that faults have everywhere in the house; a defect is a bug of ours. */
export type CallOutcome = 'answered' | 'rejected' | NoAnswerReason | 'cancelled' | 'defect';

/** What a scrape of the metrics reads. */
export interface CallerStats {
  readonly target: string;
  readonly breaker: BreakerState;
  readonly inFlight: number;
  /** Calls that wait for the rate limit. */
  readonly waiting: number;
  /** What is left of today's budget of calls; null where there is none. */
  readonly quotaLeft: number | null;
  /** Calls that were really made since the start of the process: those that our own limits and the breaker let through. */
  readonly sent: number;
  /** Since the start of the process. */
  readonly outcomes: Readonly<Record<CallOutcome, number>>;
}
