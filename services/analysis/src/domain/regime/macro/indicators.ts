import type { Month } from './month.ts';

/** The value of a series in a month, as it is known; undefined where it is not. */
export type LevelIn = (month: Month) => number | undefined;

/** A series of the economy, and what is read from it. */
export interface Indicator {
  /** The series as ingestion names it. */
  readonly series: string;
  readonly axis: 'growth' | 'inflation';
  /** Indicators of one place stand for each other: the first that has a z-score counts. */
  readonly place: string;
  /**
   * Whether its values are published later than their month and revised afterwards. What counts for a month is then
   * what was published by its end; of a market price it is the month's last.
   */
  readonly isRevised: boolean;
  /** Reads a month: above its average where growth, or inflation, picks up. */
  readonly read: (levelIn: LevelIn, month: Month) => number | undefined;
}

/** What growth and inflation are read from. */
export const INDICATORS: readonly Indicator[] = [
  { series: 'fred-UNRATE', axis: 'growth', place: 'unemployment', isRevised: true, read: falling },
  { series: 'fred-T10Y2Y', axis: 'growth', place: 'curve', isRevised: false, read: level },
  { series: 'fred-BAMLH0A0HYM2', axis: 'growth', place: 'credit', isRevised: false, read: falling },
  { series: 'fred-BAA10Y', axis: 'growth', place: 'credit', isRevised: false, read: falling },
  { series: 'fred-CPIAUCSL', axis: 'inflation', place: 'prices', isRevised: true, read: accelerating },
  { series: 'fred-T10YIE', axis: 'inflation', place: 'breakeven', isRevised: false, read: level },
];

/** Over so many months a change is read. */
const CHANGE_MONTHS = 3;

/** So many months of values the longest reading looks back, its own among them. */
export const READ_MONTHS = CHANGE_MONTHS + 12 + 1;

function level(levelIn: LevelIn, month: Month): number | undefined {
  return levelIn(month);
}

function falling(levelIn: LevelIn, month: Month): number | undefined {
  return difference(levelIn(month - CHANGE_MONTHS), levelIn(month));
}

function accelerating(levelIn: LevelIn, month: Month): number | undefined {
  return difference(overYear(levelIn, month), overYear(levelIn, month - CHANGE_MONTHS));
}

/** By how many per cent the value is above that of the year before. */
function overYear(levelIn: LevelIn, month: Month): number | undefined {
  const [now, before] = [levelIn(month), levelIn(month - 12)];
  return now === undefined || before === undefined || before === 0 ? undefined : 100 * (now / before - 1);
}

function difference(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one - other;
}
