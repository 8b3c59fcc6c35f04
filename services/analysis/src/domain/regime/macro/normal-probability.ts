/** Beyond so many deviations the probability is 0 or 1, as far as a number can tell. */
const CERTAIN = 8;

/**
 * How probable it is that a standard normal value is below `x`, to fifteen decimals.
 * Source: G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004).
 */
export function normalProbability(x: number): number {
  if (Math.abs(x) > CERTAIN) return x > 0 ? 1 : 0;
  let [sum, before, term] = [x, Number.NaN, x];
  for (let odd = 3; sum !== before; odd += 2) {
    before = sum;
    term *= (x * x) / odd;
    sum += term;
  }
  const probability = 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
  return Math.min(1, Math.max(0, probability));
}
