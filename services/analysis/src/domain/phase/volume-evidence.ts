import type { VolumeTrend } from '@tocsin/contracts';
import type { PriceBar } from '../bar-window.ts';
import { isAbove, NOISE } from '../comparison.ts';
import { leastSquaresSlope } from './least-squares.ts';

/** A change of volume over the range that is less than this share of its mean is none. */
const FLAT_CHANGE = 0.15;

/** What a range's volumes say. */
export interface VolumeEvidence {
  readonly trend: VolumeTrend;
  /** Volumes on the bars that closed above the close before, and below it; null where the volume is not known. */
  readonly moved: { readonly up: number; readonly down: number } | null;
}

/**
 * Reads the volumes of the bars of one range, oldest first. The first bar's close is the range's starting point, so it
 * went neither up nor down. A feed without volume, or one whose volumes count different things, says nothing.
 * @param noise two closes nearer than this are the same, in units of price.
 */
export function volumeEvidence(range: readonly PriceBar[], noise: number): VolumeEvidence {
  const volumes = range.map(({ volume }) => volume);
  const mean = volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length;
  const kinds = new Set(range.map(({ volumeKind }) => volumeKind));
  if (kinds.has('none') || kinds.size > 1 || !(mean > 0)) return { trend: 'unknown', moved: null };

  let [up, down] = [0, 0];
  range.slice(1).forEach(({ close, volume }, at) => {
    const before = range[at]?.close ?? close;
    if (isAbove(close, before, noise)) up += volume;
    if (isAbove(before, close, noise)) down += volume;
  });
  return { trend: trendOf((leastSquaresSlope(volumes) * volumes.length) / mean), moved: { up, down } };
}

function trendOf(change: number): VolumeTrend {
  if (isAbove(change, FLAT_CHANGE, NOISE)) return 'rising';
  return isAbove(-FLAT_CHANGE, change, NOISE) ? 'declining' : 'flat';
}
