/** When another attempt is worth making. All in milliseconds of wall time. */
export type RetryLimits = {
  readonly baseMs: number;
  readonly capMs: number;
  /** Counted from the first attempt. */
  readonly giveUpAfterMs: number;
};

/** Source: escalation and notification, 6.11.3; about 42 attempts. */
export const RETRY_LIMITS: RetryLimits = { baseMs: 5_000, capMs: 600_000, giveUpAfterMs: 6 * 3_600_000 };

/** By this part of itself a pause varies to either side, so that messages which failed together do not come back together. */
const JITTER = 0.1;

/** A receiver that asks to be asked again at once would be asked without end. */
const ASKED_MIN_MS = 1_000;

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): what the receiver asked for, else a pause that
 * doubles from the base up to the cap. `chance` is uniform in [0, 1).
 */
export function pauseMs(
  attempt: number,
  askedMs: number | null,
  chance: number,
  { baseMs, capMs }: RetryLimits,
): number {
  if (askedMs !== null) return Math.max(ASKED_MIN_MS, askedMs);
  const doubled = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.round(doubled * (1 - JITTER + 2 * JITTER * chance));
}
