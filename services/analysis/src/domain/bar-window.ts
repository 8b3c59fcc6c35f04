import type { VolumeKind } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';

/** One closed bar as the rules read it: prices as numbers, because what is made of them is statistics. */
export interface PriceBar {
  readonly openAt: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly volumeKind: VolumeKind;
}

/** The newest stored bars of one pair, oldest first, one per open time, at most `WINDOW_BARS`. */
export type BarWindow = readonly PriceBar[];

/**
 * How many bars an analysis reads. The averages are recursive and start with the oldest bar, so exactly this many and
 * no others must be read for a restart to change nothing. At 512 the first bar weighs less than 1e-8 in an EMA50.
 */
export const WINDOW_BARS = 512;

/** Returns the window with `bar` in its place: at the end, instead of its earlier revision, or in a gap. */
export function withBar(window: BarWindow, bar: PriceBar): BarWindow {
  let at = window.length;
  while (at > 0 && isAtOrAfter(window[at - 1], bar)) at -= 1;
  const replaces = window[at]?.openAt === bar.openAt ? 1 : 0;
  if (at === 0 && replaces === 0 && window.length === WINDOW_BARS) return window; // Older than all that is kept.

  const surplus = Math.max(0, window.length + 1 - replaces - WINDOW_BARS);
  return [...window.slice(surplus, at), bar, ...window.slice(at + replaces)];
}

const isAtOrAfter = (kept: PriceBar | undefined, bar: PriceBar): boolean =>
  kept !== undefined && kept.openAt >= bar.openAt;
