/** The slope, per step, of the straight line that fits equally spaced values best, at least two of them. */
export function leastSquaresSlope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [together, spread] = [0, 0];
  values.forEach((value, at) => {
    together += (at - middle) * (value - mean);
    spread += (at - middle) ** 2;
  });
  return together / spread;
}
