import type { Phase } from '@tocsin/contracts';
import { isAbove, isAtLeast, NOISE } from '../comparison.ts';
import type { PhaseInputs } from './phase-inputs.ts';

/** A market whose closes get this far of the way they go is on a trend; below it is in a range. */
export const TREND_EFFICIENCY = 0.3;

/** A trend slopes by this at least, a range by less than that, either way. */
const TREND_SLOPE = 1;
const RANGE_SLOPE_MAX = 1.5;

/** A range ends what came before it only if that was a trend of this length. */
export const PRIOR_TREND = 0.75;

/**
 * The Wyckoff phase that one bar speaks for. A range after a fall is an accumulation only if there is evidence that
 * somebody buys: a spring, or more volume on rising closes. Without it the fall only rests. After a rise the same holds
 * the other way round; without it every pause of a rising market would be called a distribution.
 */
export function rawPhase(inputs: PhaseInputs): Phase {
  const { efficiency, slope, prior } = inputs;
  if (isAtLeast(efficiency, TREND_EFFICIENCY, NOISE)) {
    if (isAtLeast(slope, TREND_SLOPE, NOISE)) return 'markup';
    return isAtLeast(-slope, TREND_SLOPE, NOISE) ? 'markdown' : 'unknown';
  }
  if (!isAbove(RANGE_SLOPE_MAX, Math.abs(slope), NOISE)) return 'unknown';
  if (isAtLeast(-prior, PRIOR_TREND, NOISE)) return isBought(inputs) ? 'accumulation' : 'redistribution';
  if (isAtLeast(prior, PRIOR_TREND, NOISE)) return isSold(inputs) ? 'distribution' : 'reaccumulation';
  return 'unknown';
}

const isBought = ({ spring, volume: { moved } }: PhaseInputs): boolean =>
  spring || (moved !== null && isAtLeast(moved.up, moved.down, NOISE * moved.down));

const isSold = ({ upthrust, volume: { moved } }: PhaseInputs): boolean =>
  upthrust || (moved !== null && isAtLeast(moved.down, moved.up, NOISE * moved.up));
