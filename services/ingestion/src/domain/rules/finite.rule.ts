import { pricesOf } from '../candidate-bar.ts';
import type { BarRule } from './bar-rule.ts';

/** Plain decimals only: no exponent, no sign but minus, no blank, no `NaN`; what `Decimal` takes. */
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** No market quotes a price of more digits; the schema allows no longer one. */
const DIGITS_MAX = 64;

const isFinite = (text: string): boolean => text.length <= DIGITS_MAX && PLAIN.test(text);

/** Prices and volume are finite numbers. */
export const finiteRule: BarRule = {
  reason: 'NOT_FINITE',
  violation: (bar) => {
    const wrong = [...pricesOf(bar), ['volume', bar.volume] as const].find(([, text]) => !isFinite(text));
    if (wrong === undefined) return null;
    const [field, text] = wrong;
    return { field, detail: `${field} '${text.slice(0, DIGITS_MAX)}' is not a finite number` };
  },
};
