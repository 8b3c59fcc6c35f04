/** How many returns the standard deviation is taken of; with fewer nothing is called a spike. */
const RETURNS = 20;

/** A move beyond this many standard deviations is put aside until something confirms it. Source: ingestion, section 6.12. */
const SPIKE_SIGMAS = 8;

/** A market that hardly moved has a deviation near nothing; a move within eight times this is never a spike. */
const SIGMA_FLOOR = 1e-4;

/** The sample standard deviation of the last 20 logarithmic returns; null when there are not so many yet. */
export function sigmaOf(closes: readonly number[]): number | null {
  const returns = closes.slice(-RETURNS - 1).flatMap((close, index, all) => {
    const before = all[index - 1];
    return before === undefined ? [] : [Math.log(close / before)];
  });
  if (returns.length < RETURNS) return null;
  const mean = returns.reduce((sum, each) => sum + each, 0) / RETURNS;
  const squares = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return Math.max(SIGMA_FLOOR, Math.sqrt(squares / (RETURNS - 1)));
}

/** How many standard deviations lie between two prices. */
export const sigmasBetween = (from: number, to: number, sigma: number): number => Math.abs(Math.log(to / from)) / sigma;

export const isSpike = (from: number, to: number, sigma: number): boolean =>
  sigmasBetween(from, to, sigma) > SPIKE_SIGMAS;
