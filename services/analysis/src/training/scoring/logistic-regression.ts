import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { logistic } from '../../domain/model/linear-model.ts';
import { NothingToLearn } from '../nothing-to-learn.ts';

/** Rows of features, in one order, and whether each came true. */
export interface Labelled {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly boolean[];
}

/** A fit in the units of the features. */
export interface LogisticFit {
  readonly weights: readonly number[];
  readonly intercept: number;
  /** Of each feature over the rows: what weights were standardised with. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Newton's method squares its error with every step; what needs more steps than this will not come to an end. */
const STEPS_MAX = 50;

/** Steps shorter than this change no digit that is written down. */
const STEP_MIN = 1e-10;

/**
 * Logistic regression with a ridge on the weights of standardised features and none on the intercept, by Newton's
 * method, which here is iteratively reweighted least squares. A feature that never changes has weight 0.
 * Source: T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 4.4.1 and 18.3.2.
 *
 * @param l2 the ridge: half of it times the sum of squared weights is taken from the log-likelihood.
 * @throws {NothingToLearn} when all labels are alike.
 */
export function fitLogistic({ rows, labels }: Labelled, l2: number): LogisticFit {
  if (!labels.includes(true) || !labels.includes(false))
    throw new NothingToLearn(`all of ${labels.length} rows ended alike`);
  const { means, deviations } = standardOf(rows);
  const moving = deviations.flatMap((deviation, column) => (deviation > 0 ? [column] : []));
  const design = new Matrix(
    rows.map((row) => [1, ...moving.map((c) => ((row[c] ?? 0) - (means[c] ?? 0)) / (deviations[c] ?? 1))]),
  );
  const solution = newton(design, labels, l2);

  const weights = means.map((_, column) => {
    const place = moving.indexOf(column);
    return place === -1 ? 0 : (solution[place + 1] ?? 0) / (deviations[column] ?? 1);
  });
  const intercept = weights.reduce((sum, weight, column) => sum - weight * (means[column] ?? 0), solution[0] ?? 0);
  return { weights, intercept, means, deviations };
}

/** Means and standard deviations of columns; a deviation that is only rounding is none. */
function standardOf(rows: readonly (readonly number[])[]): Pick<LogisticFit, 'means' | 'deviations'> {
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, column) => rows.map((row) => row[column] ?? 0));
  const means = columns.map(meanOf);
  const deviations = columns.map((values, column) => {
    const mean = means[column] ?? 0;
    const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
    return deviation <= ROUNDING * Math.max(1, Math.abs(mean)) ? 0 : deviation;
  });
  return { means, deviations };
}

const ROUNDING = 1e-12;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function newton(design: Matrix, labels: readonly boolean[], l2: number): readonly number[] {
  const ridge = Matrix.eye(design.columns).mul(l2);
  ridge.set(0, 0, 0);
  const targets = Matrix.columnVector(labels.map(Number));
  let weights = Matrix.zeros(design.columns, 1);
  let fit = penalised(design, labels, weights, l2);
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const probabilities = probabilitiesOf(design, weights);
    const gradient = design.transpose().mmul(Matrix.sub(targets, probabilities)).sub(ridge.mmul(weights));
    // With the root of the weights on both sides the product is symmetric to the last bit.
    const spread = probabilities.to1DArray().map((p) => Math.sqrt(p * (1 - p)));
    const rooted = design.clone().mulColumnVector(spread);
    const curvature = rooted.transpose().mmul(rooted).add(ridge);
    let step = new CholeskyDecomposition(curvature).solve(gradient);

    // Far from the top Newton may step over it; half a step, often enough, always climbs. Close to it the likelihood
    // differs by rounding only, and then the whole step is the right one: halved to nothing it would end short of the top.
    let next = Matrix.add(weights, step);
    let nextFit = penalised(design, labels, next, l2);
    while (nextFit < fit - ROUNDING * Math.abs(fit) && longest(step) > STEP_MIN) {
      step = step.mul(0.5);
      next = Matrix.add(weights, step);
      nextFit = penalised(design, labels, next, l2);
    }
    [weights, fit] = [next, nextFit];
    if (longest(step) <= STEP_MIN) return weights.to1DArray();
  }
  throw new Error(`the fit did not come to rest within ${STEPS_MAX} steps`);
}

const longest = (step: Matrix): number => Math.max(...step.to1DArray().map(Math.abs));

const probabilitiesOf = (design: Matrix, weights: Matrix): Matrix =>
  Matrix.columnVector(design.mmul(weights).to1DArray().map(logistic));

/** The log-likelihood less the ridge; written so that a sure row takes no logarithm of zero. */
function penalised(design: Matrix, labels: readonly boolean[], weights: Matrix, l2: number): number {
  const margins = design.mmul(weights).to1DArray();
  const likelihood = margins.reduce((sum, margin, row) => sum - softplus(labels[row] === true ? -margin : margin), 0);
  const [, ...penalisedWeights] = weights.to1DArray();
  return likelihood - (l2 / 2) * penalisedWeights.reduce((sum, weight) => sum + weight ** 2, 0);
}

/** ln(1 + e^x) without the exponential of a large number. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
