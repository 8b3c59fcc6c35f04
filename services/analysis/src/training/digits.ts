/**
 * What is written down has twelve digits: the rest of a fit is the order in which binary fractions were added, which
 * the next version of an engine may change.
 */
export const twelveDigits = (value: number): number => Number(value.toPrecision(12));

/** A figure for people, who are not helped by more than six digits. */
export const sixDigits = (value: number): number => Number(value.toPrecision(6));
