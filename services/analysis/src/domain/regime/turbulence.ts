import type { PerState, RegimeModel } from './regime-model.ts';

/**
 * How probable the turbulent state is at each bar after the first, from its return and those before alone: Hamilton's
 * filter, never the smoother, which knows the future. One value per close but the first, oldest first.
 * Source: J. D. Hamilton, "A New Approach to the Economic Analysis of Nonstationary Time Series", Econometrica 57 (1989).
 */
export function turbulence(model: RegimeModel, closes: readonly number[]): readonly number[] {
  let filtered: PerState | null = null;
  return closes.slice(1).map((close, at) => {
    filtered = afterReturn(model, filtered, 100 * Math.log(close / (closes[at] ?? Number.NaN)));
    return filtered[1];
  });
}

/** What is thought of the states after one more return, in per cent; `before` is null ahead of the first. */
export function afterReturn(model: RegimeModel, before: PerState | null, change: number): PerState {
  const { mu, sigma, transition, initial } = model;
  const expected = before === null ? initial : predicted(before, transition);
  const [calm, turbulent] = [logDensity(change, mu[0], sigma[0]), logDensity(change, mu[1], sigma[1])];

  // Of the two densities only their ratio counts. A return that is far from both states has densities of zero, but
  // their logarithms still tell which it is farther from.
  const most = Math.max(calm, turbulent);
  const joint: PerState = [expected[0] * Math.exp(calm - most), expected[1] * Math.exp(turbulent - most)];
  const sum = joint[0] + joint[1];
  // No return, because a price was not above zero, or one that the model holds impossible: nothing was learnt from it.
  return sum > 0 ? [joint[0] / sum, joint[1] / sum] : expected;
}

const predicted = (before: PerState, [fromCalm, fromTurbulent]: PerState<PerState>): PerState => [
  before[0] * fromCalm[0] + before[1] * fromTurbulent[0],
  before[0] * fromCalm[1] + before[1] * fromTurbulent[1],
];

/** The logarithm of a normal density, without the constant that both states share. */
function logDensity(value: number, mean: number, deviation: number): number {
  const distance = (value - mean) / deviation;
  return -0.5 * distance * distance - Math.log(deviation);
}
