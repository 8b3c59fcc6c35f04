import type { Phase, VolumeTrend } from '@tocsin/contracts';
import { ATR } from 'trading-signals';
import type { BarWindow } from '../bar-window.ts';
import { NOISE } from '../comparison.ts';
import { RANGE_BARS } from '../measures/spring.ts';
import { WilderAverage } from '../measures/wilder-average.ts';
import { phaseConfidence } from './phase-confidence.ts';
import { PHASE_BARS, phaseInputs, type RangeAtr } from './phase-inputs.ts';
import { rawPhase } from './raw-phase.ts';

/** What one bar says of its market's phase. It is not committed by that. */
export interface PhaseReading {
  readonly phase: Phase;
  /** 0 to 1; 0 where the phase is unknown. */
  readonly confidence: number;
  readonly volumeTrend: VolumeTrend;
}

/** ATR14 has to know this many bars before the first bar that is read. */
const ATR_BARS = 14;

/** How many bars it takes until a phase can be told. */
export const PHASE_NEEDS_BARS = ATR_BARS + PHASE_BARS;

const NOT_YET: PhaseReading = { phase: 'unknown', confidence: 0, volumeTrend: 'unknown' };

/** What the newest of some bars says, oldest first. It costs the same however many bars came before. */
export function phaseReading(bars: BarWindow, atr: RangeAtr): PhaseReading {
  if (bars.length < PHASE_NEEDS_BARS) return NOT_YET;
  const inputs = phaseInputs(bars, atr, NOISE * Math.abs(bars.at(-1)?.close ?? 0));
  if (inputs === null) return NOT_YET;
  const phase = rawPhase(inputs);
  return { phase, confidence: phaseConfidence(phase, inputs), volumeTrend: inputs.volume.trend };
}

/** Tells what each of some bars, oldest first, said when it was the newest. */
export function phaseReader(bars: BarWindow): (at: number) => PhaseReading {
  const atr14 = new ATR(14, WilderAverage);
  const ranges = bars.map((bar) => atr14.add(bar) ?? Number.NaN);
  return (at) => {
    if (at + 1 < PHASE_NEEDS_BARS) return NOT_YET;
    const atr = { atStart: ranges[at + 1 - RANGE_BARS] ?? Number.NaN, atEnd: ranges[at] ?? Number.NaN };
    return phaseReading(bars.slice(at + 1 - PHASE_NEEDS_BARS, at + 1), atr);
  };
}
