import { assert } from '@tocsin/domain-kit';
import { logistic } from '../../domain/model/linear-model.ts';
import { HORIZON_BARS } from '../../domain/outcome/outcome.ts';
import { fitLogistic, type LogisticFit } from './logistic-regression.ts';
import type { Sample } from './samples.ts';

/** So many bars before those judged are left out of training: their labels look into what is judged. */
export const PURGE_BARS = HORIZON_BARS;

/** How often the model is trained anew, each time on everything before. */
const FOLDS = 6;

/** The first training has this share of the samples; all the others are judged, in as many parts as there are folds. */
const FIRST_SHARE = 0.4;

/** A sample, and what was said of it by a model that had seen nothing of its time. */
export interface JudgedSample {
  readonly sample: Sample;
  readonly probability: number;
  /** The share of wins among what that model was trained on. */
  readonly baseRate: number;
}

/** What walking forward came to. */
export interface WalkForward {
  readonly folds: number;
  readonly judged: readonly JudgedSample[];
}

/**
 * Judges samples as time goes on: trains on all that ended before, says what it thinks of the next part, and goes on.
 * Source of the purge: M. López de Prado, "Advances in Financial Machine Learning" (2018), 7.4.1.
 */
export function walkForward(samples: readonly Sample[], l2: number): WalkForward {
  const start = Math.floor(samples.length * FIRST_SHARE);
  const edges = Array.from({ length: FOLDS + 1 }, (_, fold) =>
    Math.round(start + ((samples.length - start) * fold) / FOLDS),
  );
  const judged = edges.slice(0, -1).flatMap((from, fold) => {
    const part = samples.slice(from, edges[fold + 1]);
    return part.length === 0 ? [] : judge(trainable(samples.slice(0, from), part[0]), part, l2);
  });
  return { folds: FOLDS, judged };
}

/** What had ended when the first of the judged bars closed. */
function trainable(before: readonly Sample[], first: Sample | undefined): readonly Sample[] {
  assert(first !== undefined, 'a part that is judged is not empty');
  return before.filter(({ at }) => at + PURGE_BARS < first.at);
}

function judge(training: readonly Sample[], part: readonly Sample[], l2: number): readonly JudgedSample[] {
  const fit = fitSamples(training, l2);
  const baseRate = training.filter(({ trade }) => trade.won).length / training.length;
  return part.map((sample) => ({ sample, probability: probabilityBy(fit, sample), baseRate }));
}

/** Fits whether trades win. */
export const fitSamples = (samples: readonly Sample[], l2: number): LogisticFit =>
  fitLogistic({ rows: samples.map(({ row }) => row), labels: samples.map(({ trade }) => trade.won) }, l2);

const probabilityBy = ({ weights, intercept }: LogisticFit, { row }: Sample): number =>
  logistic(weights.reduce((sum, weight, column) => sum + weight * (row[column] ?? 0), intercept));
