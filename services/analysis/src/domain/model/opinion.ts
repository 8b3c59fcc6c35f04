import type { FeatureContribution } from '@tocsin/contracts';
import type { BarWindow } from '../bar-window.ts';
import type { Side } from '../bias.ts';
import type { Measures } from '../measures/measures.ts';
import { featuresFrom, type Outlook } from './features.ts';
import { scoreOf, type LinearModel } from './linear-model.ts';
import { explain, sliceOf } from './shapley.ts';

/** What a model says of a bar, and why. */
export interface Opinion {
  readonly modelVersion: string;
  readonly modelDigest: string;
  /** 0 to 100: a hundred times the probability that a trade on this side touches its target before its stop. */
  readonly score: number;
  /** Log-odds: what it would say of an average bar, and what it says of this one. */
  readonly base: number;
  readonly margin: number;
  /** Why: the features that count most, the rest, and the base, which add up to the margin. */
  readonly slice: readonly FeatureContribution[];
}

/** A model that has no answer, or none that it can explain: the run cannot be told from one without a model. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
}

/**
 * Asks a model about the newest bar of a window, from the counted side.
 * @throws {ModelFailure} when anything goes wrong in it.
 */
export function opinionOf(
  model: LinearModel,
  side: Side,
  window: BarWindow,
  measures: Measures,
  outlook: Outlook,
): Opinion {
  const { version, digest } = model;
  try {
    const explanation = explain(model, featuresFrom(side, window, measures, outlook));
    return {
      modelVersion: version,
      modelDigest: digest,
      score: scoreOf(explanation.margin),
      base: explanation.base,
      margin: explanation.margin,
      slice: sliceOf(explanation),
    };
  } catch (error) {
    throw new ModelFailure(`${version} has no answer`, { cause: error });
  }
}
