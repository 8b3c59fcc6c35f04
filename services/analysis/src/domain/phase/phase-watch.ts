import type { Phase } from '@tocsin/contracts';
import type { BarWindow } from '../bar-window.ts';
import { commitmentAfter, hearing, type Commitment } from '../commitment.ts';
import type { RangeAtr } from './phase-inputs.ts';
import { phaseReader, phaseReading, type PhaseReading } from './phase-reading.ts';

/** The version of everything that makes a phase: inputs, table and commit rule. A version never changes. */
export const PHASE_VERSION = 'wyckoff-1';

/** The committed phase of a market, and what its newest bar says. */
export interface PhaseWatch {
  readonly commitment: Commitment<Phase>;
  readonly reading: PhaseReading;
}

/**
 * Watches the phase for one more bar, the newest of the window. A market that was not watched before is where the bars
 * of the window would have led; from then on only the bars that are watched count.
 */
export function watchPhase(before: Commitment<Phase> | undefined, window: BarWindow, atr: RangeAtr): PhaseWatch {
  const reading = phaseReading(window, atr);
  if (before !== undefined) return { reading, commitment: hearing(before, reading.phase) };
  const read = phaseReader(window);
  return { reading, commitment: commitmentAfter<Phase>(window.length, (at) => read(at).phase, 'unknown') };
}
