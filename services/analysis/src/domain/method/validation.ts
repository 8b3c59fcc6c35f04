import type { FinalDecision } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import { adjusted, withAdjustment, type AdjustedConfidence } from './adjustments.ts';
import { hiddenHand, hiddenHandAdjustment, type MarketEvidence } from './hidden-hand.ts';

/** Holds the market's phase against the confidence of a run. What is forbidden a trade is no signal to validate. */
export function validated(decision: FinalDecision, confidenceRaw: number, market: MarketEvidence): AdjustedConfidence {
  if (decision === 'NO_TRADE') return adjusted(confidenceRaw, []);
  const verdict = hiddenHand({ signal: decision, confidence: confidenceRaw }, market);
  assert(verdict.isValid, 'what a run comes to is a signal');
  return adjusted(confidenceRaw, withAdjustment([], hiddenHandAdjustment(verdict)));
}
