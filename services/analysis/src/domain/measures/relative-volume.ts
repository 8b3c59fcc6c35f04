import type { BarWindow } from '../bar-window.ts';

/** Over how many bars, the newest among them, the mean volume is taken. */
export const VOLUME_BARS = 20;

/**
 * The newest bar's volume as a multiple of the mean of `VOLUME_BARS`, or null where it is not known: a feed without
 * volume, nothing but zeros, or bars whose volumes count different things.
 */
export function relativeVolume(window: BarWindow): number | null {
  const bars = window.slice(-VOLUME_BARS);
  const newest = bars.at(-1);
  if (newest === undefined || newest.volumeKind === 'none') return null;

  let sum = 0;
  for (const bar of bars) {
    if (bar.volumeKind !== newest.volumeKind) return null;
    sum += bar.volume;
  }
  return sum > 0 ? newest.volume / (sum / bars.length) : null;
}
