import type { Adjustment } from '@tocsin/contracts';
import { confidence } from '../score.ts';

/** The adjustments of one signal: at most one of each code, in the order of their codes. */
export type Adjustments = readonly Adjustment[];

/** Puts an adjustment in its place. Whatever is heard twice counts once; null changes nothing. */
export function withAdjustment(adjustments: Adjustments, adjustment: Adjustment | null): Adjustments {
  if (adjustment === null) return adjustments;
  return [...adjustments.filter(({ code }) => code !== adjustment.code), adjustment].sort((a, b) =>
    a.code < b.code ? -1 : 1,
  );
}

/** A confidence as a fact tells it: what it was, what was held against it, and what is left. */
export interface AdjustedConfidence {
  readonly confidenceRaw: number;
  readonly confidence: number;
  readonly adjustments: Adjustments;
}

/** Holds adjustments against a raw confidence, always from the raw one: doing it again gives the same bytes. */
export const adjusted = (confidenceRaw: number, adjustments: Adjustments): AdjustedConfidence => ({
  confidenceRaw,
  confidence: confidence(confidenceRaw, adjustments),
  adjustments,
});
