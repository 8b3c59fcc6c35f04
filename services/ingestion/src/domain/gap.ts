import type { Instant } from '@tocsin/domain-kit';
import { barsBetween } from './bar-grid.ts';
import type { Cadence } from './freshness.ts';

/** Bars that are missing between two that came. */
export type Gap = {
  readonly fromAt: Instant;
  /** The close of the last bar that is missing. */
  readonly toAt: Instant;
  /** How many were missing when the gap was found. */
  readonly bars: number;
  /** How many of them came since. */
  readonly came: number;
};

/** Only the newest bars of a long gap are asked for: enough for every indicator, and no flood after a long pause. */
export const GAP_BARS_MAX = 1_000;

/** How many gaps a feed looks after at a time; the oldest is given up for a newer one. */
export const GAPS_KEPT = 3;

/** The bars between the close of one bar and the opening of another; null when there is none. */
export function gapBetween(
  { calendar, timeframe }: Cadence,
  closeAt: Instant,
  openAt: Instant,
): Omit<Gap, 'came'> | null {
  if (openAt <= closeAt) return null;
  const missing = newestOf(barsBetween(calendar, timeframe, closeAt, openAt), GAP_BARS_MAX);
  const [first, last] = [missing[0], missing.at(-1)];
  return first === undefined || last === undefined
    ? null
    : { fromAt: first.openAt, toAt: last.closeAt, bars: missing.length };
}

/** Whether a bar belongs to a gap. */
export const isWithin = ({ fromAt, toAt }: Gap, openAt: Instant, closeAt: Instant): boolean =>
  openAt >= fromAt && closeAt <= toAt;

function newestOf<Element>(elements: Iterable<Element>, max: number): readonly Element[] {
  const kept: Element[] = [];
  for (const element of elements) {
    kept.push(element);
    if (kept.length >= 2 * max) kept.splice(0, max);
  }
  return kept.slice(-max);
}
