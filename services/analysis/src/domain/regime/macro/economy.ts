import { isAbove, NOISE } from '../../comparison.ts';
import { commitmentAfter, type Commitment } from '../../commitment.ts';
import { INDICATORS, type Indicator } from './indicators.ts';
import type { MacroLine } from './macro-line.ts';
import type { Month } from './month.ts';
import { quadrantReading, surelyIn, type Quadrant, type QuadrantReading } from './quadrant.ts';

/** What is stored of an economy: a line for each series that was heard of. */
export type Economy = Readonly<Record<string, MacroLine>>;

/** A z-score is by the readings of ten years; with less than three nobody knows what is usual. */
const WINDOW_MONTHS = 120;
const READINGS_MIN = 36;

/** What was published this many months ago still counts; a month may pass without a publication. */
const CARRIED_MONTHS_MAX = 2;

/** How far back evaluations are looked for that agree three times in a row. */
const EVALUATIONS_MAX = 24;

/** An economy at the end of a month. */
export interface EconomyReading {
  /** Null where too little is known. */
  readonly reading: QuadrantReading | null;
  readonly commitment: Commitment<Quadrant | 'unknown'>;
  /** The series that had no z-score, in the order of the indicators. */
  readonly missing: readonly string[];
}

/** Evaluates an economy at the end of a month, and commits to what three months in a row were sure of. */
export function economyAt(economy: Economy, month: Month): EconomyReading {
  const at = (each: Month): QuadrantReading | null => readingAt(economy, each);
  const first = month - EVALUATIONS_MAX + 1;
  const saidAt = (count: number): Quadrant | null => {
    const reading = at(first + count);
    return reading === null ? null : surelyIn(reading);
  };
  return {
    reading: at(month),
    commitment: commitmentAfter<Quadrant | 'unknown'>(EVALUATIONS_MAX, saidAt, 'unknown'),
    missing: INDICATORS.filter(({ series }) => zScoreAt(economy[series], month) === null).map(({ series }) => series),
  };
}

function readingAt(economy: Economy, month: Month): QuadrantReading | null {
  const onAxis = (axis: Indicator['axis']): readonly (number | null)[] => {
    const places = new Map<string, number | null>();
    for (const { series, place } of INDICATORS.filter((each) => each.axis === axis)) {
      places.set(place, places.get(place) ?? zScoreAt(economy[series], month));
    }
    return [...places.values()];
  };
  return quadrantReading({ growth: onAxis('growth'), inflation: onAxis('inflation') });
}

/** How far the newest reading by the end of a month is from the mean of its ten years, in their deviations. */
function zScoreAt(line: MacroLine | undefined, month: Month): number | null {
  const window = (line?.readings ?? []).filter(([each]) => each <= month && each > month - WINDOW_MONTHS);
  const newest = window.at(-1);
  if (newest === undefined || newest[0] < month - CARRIED_MONTHS_MAX || window.length < READINGS_MIN) return null;
  const mean = window.reduce((sum, [, reading]) => sum + reading, 0) / window.length;
  const variance = window.reduce((sum, [, reading]) => sum + (reading - mean) ** 2, 0) / (window.length - 1);
  const deviation = Math.sqrt(variance);
  return isAbove(deviation, 0, NOISE * Math.max(1, Math.abs(mean))) ? (newest[1] - mean) / deviation : null;
}
