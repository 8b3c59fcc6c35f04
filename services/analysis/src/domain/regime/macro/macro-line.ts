import { READ_MONTHS, type Indicator } from './indicators.ts';
import { monthOf, type Month } from './month.ts';

/** Ten years of months, and two more, so that the evaluations before the newest have their ten years as well. */
const READINGS_MAX = 144;

/** A value as it was told. */
export interface ToldValue {
  readonly observedOn: string;
  /** The day from which on it was the published one. */
  readonly vintageOn: string;
  readonly value: number;
}

/** One series: its newest values as they are known now, and what could be read at the end of each month. */
export interface MacroLine {
  /** Of each month the value of its last day; oldest first. */
  readonly levels: readonly (readonly [month: Month, observedOn: string, value: number])[];
  /** Never touched again once the month is over, however its values are revised; oldest first. */
  readonly readings: readonly (readonly [month: Month, reading: number])[];
}

export const EMPTY_LINE: MacroLine = { levels: [], readings: [] };

/**
 * The line after one more value. Values come in the order of their vintages; one that was published before what was
 * read last does not change what was known then.
 */
export function withValue(line: MacroLine, indicator: Indicator, told: ToldValue): MacroLine {
  const observed = monthOf(told.observedOn);
  const levels = withLevel(line.levels, observed, told);
  const knownIn = indicator.isRevised ? monthOf(told.vintageOn) : observed;
  const newest = line.readings.at(-1)?.[0] ?? knownIn;
  if (knownIn < newest) return { ...line, levels };

  const byMonth = new Map(levels.map(([month, , value]) => [month, value]));
  const readMonth = indicator.isRevised ? (levels.at(-1)?.[0] ?? observed) : observed;
  const reading = indicator.read((month) => byMonth.get(month), readMonth);
  if (reading === undefined) return { ...line, levels };
  const earlier = line.readings.filter(([month]) => month !== knownIn);
  return { levels, readings: [...earlier, [knownIn, reading] as const].slice(-READINGS_MAX) };
}

function withLevel(levels: MacroLine['levels'], month: Month, { observedOn, value }: ToldValue): MacroLine['levels'] {
  const known = levels.find(([each]) => each === month);
  if (known !== undefined && known[1] > observedOn) return levels;
  return [...levels.filter(([each]) => each !== month), [month, observedOn, value] as const]
    .sort(([one], [other]) => one - other)
    .slice(-READ_MONTHS);
}
