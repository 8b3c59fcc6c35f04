import { assert } from '@tocsin/domain-kit';
import type { FeatureContribution } from '@tocsin/contracts';
import type { Features } from './features.ts';
import { margin, type LinearModel } from './linear-model.ts';

/** Why a model says what it says of a bar, in log-odds: a probability is not a sum of anything. */
export interface Explanation {
  /** What the model says of a bar like every other: the margin at the mean of the training set. */
  readonly base: number;
  /** What it says of this bar: the base and all contributions. */
  readonly margin: number;
  /** How far each feature moved it, in the model's order. */
  readonly contributions: readonly FeatureContribution[];
}

/** A slice and the whole are the same sum, but for the last bits of binary fractions. */
const SUM_NOISE = 1e-9;

/** The names of what the features outside a slice did together, and of where all of them start. */
const REST = 'other';
const BASE = 'base';

/** How many features a slice names. */
export const SLICE_FEATURES = 5;

/**
 * The exact Shapley values of a linear margin: weight * (value - mean), interventional, where no feature is explained
 * by another that goes with it. Source: SHAP's LinearExplainer; for the choice H. Chen et al., "True to the Model or
 * True to the Data?" (2020), arXiv 2006.16234.
 */
export function explain(model: LinearModel, values: Features): Explanation {
  const contributions = model.features.map(({ feature, weight, mean }) => ({
    feature,
    contribution: weight * (values[feature] - mean),
  }));
  const base = model.features.reduce((sum, { weight, mean }) => sum + weight * mean, model.intercept);
  const explanation = { base, margin: margin(model, values), contributions };
  assertAddsUp(explanation, contributions);
  return explanation;
}

/**
 * The features that moved the margin most, by size and then by name; `other` for all the rest together, which is there
 * even where nothing is left; and `base`. So a slice still adds up to the margin.
 */
export function sliceOf(explanation: Explanation, features = SLICE_FEATURES): readonly FeatureContribution[] {
  const ranked = explanation.contributions.toSorted(bySizeThenName);
  const rest = ranked.slice(features).reduce((sum, { contribution }) => sum + contribution, 0);
  const slice = [...ranked.slice(0, features), { feature: REST, contribution: rest }];
  assertAddsUp(explanation, slice);
  return [...slice, { feature: BASE, contribution: explanation.base }];
}

const bySizeThenName = (a: FeatureContribution, b: FeatureContribution): number =>
  Math.abs(b.contribution) - Math.abs(a.contribution) || (a.feature < b.feature ? -1 : 1);

/** An explanation that does not add up is none; it must not get as far as a fact. */
function assertAddsUp({ base, margin }: Explanation, contributions: readonly FeatureContribution[]): void {
  const sum = contributions.reduce((so, { contribution }) => so + contribution, base);
  assert(Math.abs(sum - margin) <= SUM_NOISE, 'an explanation adds up to its margin');
}
