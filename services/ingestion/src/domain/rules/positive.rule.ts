import { pricesOf } from '../candidate-bar.ts';
import type { BarRule } from './bar-rule.ts';

/** Prices are above zero. */
export const positiveRule: BarRule = {
  reason: 'NOT_POSITIVE',
  violation: (bar) => {
    const wrong = pricesOf(bar).find(([, text]) => !(Number(text) > 0));
    if (wrong === undefined) return null;
    const [field, text] = wrong;
    return { field, detail: `${field} ${text} is not above zero` };
  },
};
