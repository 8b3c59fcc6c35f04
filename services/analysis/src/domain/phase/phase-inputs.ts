import type { PriceBar } from '../bar-window.ts';
import { isAbove } from '../comparison.ts';
import { isSpring, RANGE_BARS } from '../measures/spring.ts';
import { leastSquaresSlope } from './least-squares.ts';
import { volumeEvidence, type VolumeEvidence } from './volume-evidence.ts';

/** Over how many bars before the range the trend is measured that led into it. */
export const PRIOR_BARS = 60;

/** The bars that the inputs are made of: the range, and what came before it up to the bar the prior trend began at. */
export const PHASE_BARS = RANGE_BARS + PRIOR_BARS;

/** What tells one phase from another; all without units, so no phase depends on a currency or on how wild a market is. */
export interface PhaseInputs {
  /** The trend into the range: its length in ATR, by what a random walk of as many bars would make. */
  readonly prior: number;
  /** The trend of the range itself, in the same terms. */
  readonly slope: number;
  /** Kaufman's efficiency: how far the range's closes got, by the way they went. 0 to 1. */
  readonly efficiency: number;
  readonly spring: boolean;
  readonly upthrust: boolean;
  readonly volume: VolumeEvidence;
}

/** Wilder's ATR14 as of the first bar of the range and as of the last. */
export interface RangeAtr {
  readonly atStart: number;
  readonly atEnd: number;
}

/**
 * Measures the newest `PHASE_BARS` of some bars, oldest first, or more; null for a market that does not move at all.
 * @param noise two prices nearer than this are the same.
 */
export function phaseInputs(bars: readonly PriceBar[], atr: RangeAtr, noise: number): PhaseInputs | null {
  if (!isAbove(atr.atStart, 0, noise) || !isAbove(atr.atEnd, 0, noise)) return null;
  const range = bars.slice(-RANGE_BARS);
  const closes = range.map(({ close }) => close);
  const first = closes[0] ?? Number.NaN;
  const before = bars.at(-PHASE_BARS)?.close ?? Number.NaN;
  return {
    prior: (first - before) / (atr.atStart * Math.sqrt(PRIOR_BARS)),
    slope: (leastSquaresSlope(closes) * RANGE_BARS) / (atr.atEnd * Math.sqrt(RANGE_BARS)),
    efficiency: efficiency(closes, noise),
    spring: isSpring(range, atr.atEnd, noise),
    upthrust: isSpring(range.map(upsideDown), atr.atEnd, noise),
    volume: volumeEvidence(range, noise),
  };
}

function efficiency(closes: readonly number[], noise: number): number {
  const way = closes.slice(1).reduce((sum, close, at) => sum + Math.abs(close - (closes[at] ?? close)), 0);
  return isAbove(way, 0, noise) ? Math.abs((closes.at(-1) ?? 0) - (closes[0] ?? 0)) / way : 0;
}

const upsideDown = ({ high, close }: PriceBar) => ({ low: -high, close: -close });
