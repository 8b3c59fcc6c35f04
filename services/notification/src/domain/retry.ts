import type { Attempts } from '@tocsin/contracts';

/** By this part of itself a pause varies to either side, so that messages which failed together do not come back together. */
const JITTER = 0.1;

/** A receiver that asks to be asked again at once would be asked without end. */
const ASKED_MIN_MS = 1_000;

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): what the receiver asked for, else a pause that
 * grows from the base up to the cap. `chance` is uniform in [0, 1).
 */
export function pauseMs(
  attempt: number,
  askedMs: number | null,
  chance: number,
  { baseMs, factor, capMs }: Attempts,
): number {
  if (askedMs !== null) return Math.max(ASKED_MIN_MS, askedMs);
  const grown = Math.min(capMs, baseMs * factor ** (attempt - 1));
  return Math.round(grown * (1 - JITTER + 2 * JITTER * chance));
}
