import type { Adjustment } from '@tocsin/contracts';

/** One factor of a confidence, as it is answered. */
export type AdjustmentShown = {
  readonly code: string;
  readonly factor: number;
  readonly reason: string;
  readonly rule_version: string;
};

export const shownAdjustments = (adjustments: readonly Adjustment[]): readonly AdjustmentShown[] =>
  adjustments.map(({ code, factor, reason, ruleVersion }) => ({ code, factor, reason, rule_version: ruleVersion }));
