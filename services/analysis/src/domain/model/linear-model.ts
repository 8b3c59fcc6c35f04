import { assert, type Timeframe } from '@tocsin/domain-kit';
import type { FeatureName, Features } from './features.ts';

/** A feature as a model weighs it. */
export interface WeighedFeature {
  readonly feature: FeatureName;
  /** Log-odds for each unit of the feature. */
  readonly weight: number;
  /** The mean over the training set, the background of every explanation. */
  readonly mean: number;
}

/** As much of a released artefact as scoring a bar takes. */
export interface LinearModel {
  readonly version: string;
  /** SHA-256 of the artefact, in hexadecimal letters. */
  readonly digest: string;
  /** The one market that it is for, or null where it is for all that have no model of their own. */
  readonly symbol: string | null;
  readonly timeframe: Timeframe;
  readonly features: readonly WeighedFeature[];
  /** Log-odds where every feature is 0. */
  readonly intercept: number;
}

/** The model's log-odds that a trade of these features touches its target before its stop. */
export function margin({ version, features, intercept }: LinearModel, values: Features): number {
  const sum = features.reduce((so, { feature, weight }) => so + weight * values[feature], intercept);
  assert(Number.isFinite(sum), `the margin of ${version} is a number`);
  return sum;
}

/** A margin as a score, 0 to 100: a hundred times its probability. */
export const scoreOf = (logOdds: number): number => 100 * logistic(logOdds);

/** The probability whose log-odds these are. Neither branch ever takes the exponential of a large number. */
export function logistic(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + Math.exp(-logOdds));
  const odds = Math.exp(logOdds);
  return odds / (1 + odds);
}
