import { isAtLeast, NOISE } from '../../comparison.ts';
import { SURE } from '../regime-evidence.ts';
import { normalProbability } from './normal-probability.ts';

/** Where an economy is: growth rising or falling, inflation falling or rising. */
export type Quadrant = 'GOLDILOCKS' | 'REFLATION' | 'STAGFLATION' | 'DEFLATION';

/** How probable each quadrant is. */
export interface QuadrantReading {
  /** Both in standard deviations of the last ten years: above zero where it picks up. */
  readonly growth: number;
  readonly inflation: number;
  /** They make one. */
  readonly probabilities: Readonly<Record<Quadrant, number>>;
  readonly likeliest: Quadrant;
  /** The probability of the likeliest, from a quarter up. */
  readonly confidence: number;
}

/** What is known of each input as a z-score; null where nothing is. */
export interface QuadrantInputs {
  readonly growth: readonly (number | null)[];
  readonly inflation: readonly (number | null)[];
}

/** So many inputs have to be known: two of three of growth, and one of two of inflation. */
const NEEDS = { growth: 2, inflation: 1 } as const;

/** A mean z-score is as uncertain as this; at 0.63 in both directions a quadrant is beyond doubt (`SURE`). */
const UNCERTAINTY = 0.5;

/** Weighs the four quadrants; null where too little is known. */
export function quadrantReading(inputs: QuadrantInputs): QuadrantReading | null {
  const growth = meanOf(inputs.growth, NEEDS.growth);
  const inflation = meanOf(inputs.inflation, NEEDS.inflation);
  if (growth === null || inflation === null) return null;

  const [up, hot] = [normalProbability(growth / UNCERTAINTY), normalProbability(inflation / UNCERTAINTY)];
  const probabilities = {
    GOLDILOCKS: up * (1 - hot),
    REFLATION: up * hot,
    STAGFLATION: (1 - up) * hot,
    DEFLATION: (1 - up) * (1 - hot),
  };
  const likeliest =
    growth >= 0 ? (inflation >= 0 ? 'REFLATION' : 'GOLDILOCKS') : inflation >= 0 ? 'STAGFLATION' : 'DEFLATION';
  return { growth, inflation, probabilities, likeliest, confidence: probabilities[likeliest] };
}

/** The quadrant that a reading speaks for, or null where it is not sure. */
export const surelyIn = ({ likeliest, confidence }: QuadrantReading): Quadrant | null =>
  isAtLeast(confidence, SURE, NOISE) ? likeliest : null;

function meanOf(values: readonly (number | null)[], needs: number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < needs ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The five names of a business cycle, which are shown and taken, and nothing is reckoned with them. */
export type CycleName =
  'EARLY_EXPANSION' | 'MID_EXPANSION' | 'LATE_EXPANSION' | 'EARLY_CONTRACTION' | 'DEEP_CONTRACTION';

/** Which quadrant is meant by a name of the cycle. */
export const QUADRANT_OF: Readonly<Record<CycleName, Quadrant>> = {
  EARLY_EXPANSION: 'GOLDILOCKS',
  MID_EXPANSION: 'GOLDILOCKS',
  LATE_EXPANSION: 'REFLATION',
  EARLY_CONTRACTION: 'STAGFLATION',
  DEEP_CONTRACTION: 'DEFLATION',
};
