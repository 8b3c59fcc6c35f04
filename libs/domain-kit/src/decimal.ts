import type { Brand } from './brand.ts';

/** A finite decimal number as text, exactly as it was said: prices and money never pass through binary fractions. */
export type Decimal = Brand<string, 'Decimal'>;

const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Returns `text` as a decimal.
 * @throws {RangeError} when it is not a plain finite decimal: no exponent, no sign but minus, no blank.
 */
export function decimal(text: string): Decimal {
  if (!PLAIN.test(text)) throw new RangeError(`'${text}' is not a decimal number`);
  return text as Decimal;
}

/** Returns `value` rounded to the nearest number with `places` digits after the point (0 to 20). */
export function decimalOf(value: number, places: number): Decimal {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a finite number`);
  return decimal(value.toFixed(places));
}

/** The nearest binary number, for statistics only. */
export const toNumber = (value: Decimal): number => Number(value);
