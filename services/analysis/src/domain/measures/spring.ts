import { isAbove, isAtLeast } from '../comparison.ts';

/** How many bars the range is looked for in. */
export const RANGE_BARS = 40;

/** The newest bars of the range: a spring happens in them, the support is drawn from those before. */
const PROBE_BARS = 5;

/** How many bars, its own among them, the price has to come back over the support. */
const RECOVERY_BARS = 3;

/** A dip below the support is a spring between these multiples of ATR14: less is noise, more is a breakdown. */
const DIP_ATR = { min: 0.1, max: 1.5 } as const;

/**
 * Tells whether the newest `RANGE_BARS` bars end in a spring: in the last five the low dips below the support of the
 * 35 before, and a close comes back above it within two bars. Seen upside down this is an upthrust.
 * `bars` oldest first, at least `RANGE_BARS`.
 */
export function isSpring(
  bars: readonly { readonly low: number; readonly close: number }[],
  atr14: number,
  noise: number,
): boolean {
  const range = bars.slice(-RANGE_BARS);
  const probe = range.slice(-PROBE_BARS);
  const support = Math.min(...range.slice(0, -PROBE_BARS).map(({ low }) => low));

  return probe.some(({ low }, at) => {
    const dip = support - low;
    const isDip = isAtLeast(dip, DIP_ATR.min * atr14, noise) && isAtLeast(DIP_ATR.max * atr14, dip, noise);
    return isDip && probe.slice(at, at + RECOVERY_BARS).some(({ close }) => isAbove(close, support, noise));
  });
}
