/** A probability that was said beforehand, and what came true. */
export interface Forecast {
  readonly probability: number;
  readonly cameTrue: boolean;
}

/** Bars whose probabilities were alike, and what became of them. */
export interface CalibrationRow {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly predicted: number;
  readonly observed: number;
}

/** A probability of 0 or 1 that turns out wrong has an infinite loss, which says nothing of all the others. */
const CERTAIN = 1e-15;

/** The mean negative log-likelihood of what came true. */
export const logLoss = (forecasts: readonly Forecast[]): number =>
  meanOf(
    forecasts.map(
      ({ probability, cameTrue }) => -Math.log(Math.max(CERTAIN, cameTrue ? probability : 1 - probability)),
    ),
  );

/** The mean squared error. Source: G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability" (1950). */
export const brier = (forecasts: readonly Forecast[]): number =>
  meanOf(forecasts.map(({ probability, cameTrue }) => (probability - Number(cameTrue)) ** 2));

/**
 * How probably what came true had the higher probability of two, a tie counting half: the area under the ROC curve, as
 * the statistic of Mann and Whitney. Null where everything came true, or nothing.
 */
export function auc(forecasts: readonly Forecast[]): number | null {
  const trues = forecasts.filter(({ cameTrue }) => cameTrue).length;
  const falses = forecasts.length - trues;
  if (trues === 0 || falses === 0) return null;
  const ranks = ranksOf(forecasts.map(({ probability }) => probability));
  const sum = forecasts.reduce((so, { cameTrue }, at) => so + (cameTrue ? (ranks[at] ?? 0) : 0), 0);
  return (sum - (trues * (trues + 1)) / 2) / (trues * falses);
}

/** The place of each value among all, from 1; equal values share the mean of theirs. */
function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length;) {
    const value = values[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === value) to += 1;
    for (const at of order.slice(from, to)) ranks[at] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Rows of equally many forecasts, from the least probable up; fewer rows where there are fewer forecasts. */
export function calibration(forecasts: readonly Forecast[], rows: number): readonly CalibrationRow[] {
  const ordered = forecasts.toSorted((a, b) => a.probability - b.probability);
  return Array.from({ length: rows }, (_, row) =>
    ordered.slice(Math.floor((row * ordered.length) / rows), Math.floor(((row + 1) * ordered.length) / rows)),
  )
    .filter((group) => group.length > 0)
    .map((group) => ({
      from: group[0]?.probability ?? 0,
      to: group.at(-1)?.probability ?? 0,
      samples: group.length,
      predicted: meanOf(group.map(({ probability }) => probability)),
      observed: meanOf(group.map(({ cameTrue }) => Number(cameTrue))),
    }));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
