import { epochMs, plusMs, type Instant } from '@tocsin/domain-kit';

/** How often and how long a bar is asked for. Source: ingestion, R-14. */
export const ATTEMPTS_MAX = 5;
const BASE_MS = 1_000;
const FACTOR = 2;
const CAP_MS = 60_000;
/** All attempts together may take this part of a bar's length. */
const BUDGET_BARS = 0.5;

/** An attempt that has just failed. */
export type FailedAttempt = {
  /** From 1. */
  readonly attempt: number;
  readonly firstAt: Instant;
  readonly at: Instant;
  /** Market time of a nominal bar. */
  readonly barMs: number;
  /** Chance, from 0 up to 1: spreads the retries of many feeds over the whole delay ("full jitter"). */
  readonly jitter: number;
  /** What the provider asked for in `Retry-After`; null when it asked for nothing. */
  readonly retryAfterMs: number | null;
};

/** When to try again; null when the attempts or their budget are used up. */
export function retryAt({ attempt, firstAt, at, barMs, jitter, retryAfterMs }: FailedAttempt): Instant | null {
  if (attempt >= ATTEMPTS_MAX) return null;
  const delayMs = Math.min(CAP_MS, BASE_MS * FACTOR ** (attempt - 1)) * jitter;
  // At least one millisecond, so that no two attempts share a moment.
  const next = plusMs(at, Math.max(1, Math.round(delayMs), retryAfterMs ?? 0));
  return epochMs(next) - epochMs(firstAt) > BUDGET_BARS * barMs ? null : next;
}
