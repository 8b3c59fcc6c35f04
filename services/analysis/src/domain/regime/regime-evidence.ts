import type { Regime } from '@tocsin/contracts';
import { isAtLeast, NOISE } from '../comparison.ts';

/** A regime that a model is this sure of counts; both models, of volatility and of the economy, commit by it. */
export const SURE = 0.8;

/** The regime that one evaluation speaks for, or null where it is not sure. */
export function surely(turbulent: number): Regime | null {
  if (isAtLeast(turbulent, SURE, NOISE)) return 'TURBULENT';
  return isAtLeast(1 - turbulent, SURE, NOISE) ? 'CALM' : null;
}
