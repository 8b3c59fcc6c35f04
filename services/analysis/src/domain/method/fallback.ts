import type { Adjustment } from '@tocsin/contracts';

/** A model that stands in for the intended one is trusted this much less. */
const FALLBACK: Adjustment = {
  code: 'fallback_model_used',
  factor: 0.8,
  reason: 'A fallback stood in for the intended model.',
  ruleVersion: 'fallback-1',
};

/** What is held against an answer that did not come from the model that was meant to give it; else null. */
export const fallbackAdjustment = ({ fallbackUsed }: { readonly fallbackUsed: boolean }): Adjustment | null =>
  fallbackUsed ? FALLBACK : null;
