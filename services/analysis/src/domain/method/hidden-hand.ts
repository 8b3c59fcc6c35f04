import type { Adjustment, Phase, Signal, VolumeTrend } from '@tocsin/contracts';

/** What is validated: anything that claims to be a signal, because some come from models and agents. */
export interface ClaimedSignal {
  readonly signal: string;
  readonly confidence: number;
}

/** What the method is told of the market. */
export interface MarketEvidence {
  readonly phase: Phase;
  readonly volumeTrend: VolumeTrend;
}

/** What the method says of a signal: that it is none at all, or how far to trust it, from 0 to 1, and why. */
export type MethodVerdict =
  | { readonly isValid: false; readonly reason: string }
  | { readonly isValid: true; readonly multiplier: number; readonly reason: string; readonly ruleVersion: string };

/** A signal that trades with the crowd, against those who move the market. */
interface Conflict {
  readonly phase: Phase;
  readonly signal: Signal;
  readonly sentence: string;
}

/** Everything that makes a verdict. A version never changes; another table is another version. */
interface HiddenHandTable {
  readonly version: string;
  readonly conflicts: readonly Conflict[];
  /** The multipliers of a conflict; only a volume that is known to decline makes it the worse one. */
  readonly whileVolumeDeclines: number;
  readonly otherwise: number;
}

/** A markup that is sold and a markdown that is bought are no conflict in this version. */
const HH_1: HiddenHandTable = {
  version: 'hh-1',
  conflicts: [
    { phase: 'distribution', signal: 'BUY', sentence: 'Buying into a distribution' },
    { phase: 'accumulation', signal: 'SELL', sentence: 'Selling into an accumulation' },
  ],
  whileVolumeDeclines: 0.5,
  otherwise: 0.8,
};

const OF_VOLUME: Readonly<Record<VolumeTrend, string>> = {
  declining: ' while volume declines.',
  rising: ' while volume rises.',
  flat: ' while volume is flat.',
  unknown: ', volume unknown.',
};

const SIGNALS: readonly string[] = ['BUY', 'SELL', 'HOLD'] satisfies readonly Signal[];

/** Validates a signal by the phase of its market: whoever holds the hidden hand may be on the other side of it. */
export function hiddenHand({ signal, confidence }: ClaimedSignal, market: MarketEvidence): MethodVerdict {
  if (!SIGNALS.includes(signal)) return { isValid: false, reason: 'The signal is none of BUY, SELL and HOLD.' };
  if (!(confidence >= 0 && confidence <= 1)) {
    return { isValid: false, reason: `A confidence of ${confidence} is not between 0 and 1.` };
  }
  const { version: ruleVersion, conflicts, whileVolumeDeclines, otherwise } = HH_1;
  const { phase, volumeTrend } = market;
  const conflict = conflicts.find((each) => each.phase === phase && each.signal === signal);
  if (conflict === undefined) {
    return { isValid: true, multiplier: 1, reason: 'Signal and phase are not in conflict.', ruleVersion };
  }
  return {
    isValid: true,
    multiplier: volumeTrend === 'declining' ? whileVolumeDeclines : otherwise,
    reason: conflict.sentence + OF_VOLUME[volumeTrend],
    ruleVersion,
  };
}

/** The verdict as what the confidence is multiplied with; null where it changes nothing. */
export function hiddenHandAdjustment(verdict: MethodVerdict): Adjustment | null {
  if (!verdict.isValid || verdict.multiplier === 1) return null;
  const { multiplier, reason, ruleVersion } = verdict;
  return { code: HIDDEN_HAND, factor: multiplier, reason, ruleVersion };
}

const HIDDEN_HAND = 'hidden_hand';

/** Whether signal and phase were found to be in conflict. */
export const isPhaseConflict = (adjustments: readonly Adjustment[]): boolean =>
  adjustments.some(({ code }) => code === HIDDEN_HAND);
