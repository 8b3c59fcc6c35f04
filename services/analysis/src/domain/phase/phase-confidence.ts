import type { Phase } from '@tocsin/contracts';
import { NOISE } from '../comparison.ts';
import type { PhaseInputs } from './phase-inputs.ts';
import { PRIOR_TREND, TREND_EFFICIENCY } from './raw-phase.ts';

/** From a half, where a phase only just is one, to 1. */
const JUST = 0.5;

/** How much further than its threshold a trend has to get to be beyond doubt. */
const EFFICIENCY_SPAN = 0.4;
const PRIOR_SPAN = 1.5;

/** What a range's confidence is made of, besides the half. */
const RANGE_SHARES = { prior: 0.2, stillness: 0.1, probe: 0.2 } as const;

/** How sure the inputs are of the phase that they come to: 0 for unknown, else 0.5 to 1. */
export function phaseConfidence(phase: Phase, { efficiency, prior, spring, upthrust }: PhaseInputs): number {
  switch (phase) {
    case 'unknown':
      return 0;
    case 'markup':
    case 'markdown':
      return unit(JUST + (1 - JUST) * Math.min(1, (efficiency - TREND_EFFICIENCY) / EFFICIENCY_SPAN));
    case 'accumulation':
    case 'redistribution':
    case 'distribution':
    case 'reaccumulation':
      return unit(
        JUST +
          RANGE_SHARES.prior * Math.min(1, (Math.abs(prior) - PRIOR_TREND) / PRIOR_SPAN) +
          RANGE_SHARES.stillness * (1 - efficiency / TREND_EFFICIENCY) +
          (spring || upthrust ? RANGE_SHARES.probe : 0),
      );
  }
}

/** Between 0 and 1, in whole millionths. Half of one goes up, on whichever side of it the order of additions leaves it. */
const unit = (value: number): number => Math.round((Math.min(1, Math.max(0, value)) + NOISE) * 1_000_000) / 1_000_000;
