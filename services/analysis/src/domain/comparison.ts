/**
 * Differences below this share of the size of what is compared come from adding binary fractions in another order, not
 * from the market. Every threshold of the rules allows for it: a wick of exactly two bodies counts, whichever decimals
 * the prices had, and a flat market is not above its own average.
 */
export const NOISE = 1e-9;

/** Tells whether `a` is above `b` by more than `noise`. */
export const isAbove = (a: number, b: number, noise: number): boolean => a - b > noise;

/** Tells whether `a` is `b` or more; what falls short by no more than `noise` counts as equal. */
export const isAtLeast = (a: number, b: number, noise: number): boolean => a - b >= -noise;
