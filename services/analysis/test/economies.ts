import type { Economy } from '../src/domain/regime/macro/economy.ts';
import { INDICATORS, type Indicator } from '../src/domain/regime/macro/indicators.ts';
import { EMPTY_LINE, withValue, type MacroLine, type ToldValue } from '../src/domain/regime/macro/macro-line.ts';
import { monthOf, monthText } from '../src/domain/regime/macro/month.ts';

/** The first month of every made-up economy. */
export const FIRST = monthOf('2019-01-01');

/** A made-up economy is told for so many months, and something happens in the last three. */
export const MONTHS = 60;
export const LAST = FIRST + MONTHS - 1;

const indicator = (series: string): Indicator => {
  const found = INDICATORS.find((each) => each.series === series);
  if (found === undefined) throw new RangeError(series);
  return found;
};

export const lineOf = (series: string, values: readonly ToldValue[]): MacroLine =>
  values.reduce((line, value) => withValue(line, indicator(series), value), EMPTY_LINE);

/** A monthly series, each value published in the month after. */
export const published = (values: readonly number[]): readonly ToldValue[] =>
  values.map((value, at) => ({
    observedOn: `${monthText(FIRST + at)}-01`,
    vintageOn: `${monthText(FIRST + at + 1)}-06`,
    value,
  }));

/** A market price, told twice a month, all of it fetched on one day. */
export const priced = (values: readonly number[]): readonly ToldValue[] =>
  values.flatMap((value, at) =>
    ['-03', '-27'].map((day) => ({
      observedOn: monthText(FIRST + at) + day,
      vintageOn: '2024-01-05',
      value: day === '-27' ? value : 99,
    })),
  );

/** `MONTHS` values that swing about `mean`, and end with `last`. */
export const swinging = (mean: number, last: readonly number[]): readonly number[] => [
  ...Array.from({ length: MONTHS - last.length }, (_, at) => mean + (at % 2 === 0 ? 0.1 : -0.1)),
  ...last,
];

/** How far the last three months leave the swing. */
const STEPS = [0.3, 0.35, 0.4];

/** Curve, credit and breakeven, which leave their swing upwards or downwards in the last three months. */
export function toldOf(growth: 1 | -1, inflation: 1 | -1): Readonly<Record<string, readonly ToldValue[]>> {
  const credit = swinging(2, [2]).map((each, at) => each - growth * 0.4 * Math.max(0, at - MONTHS + 4));
  return {
    'fred-T10Y2Y': priced(
      swinging(
        1,
        STEPS.map((each) => 1 + growth * each),
      ),
    ),
    'fred-BAA10Y': priced(credit),
    'fred-T10YIE': priced(
      swinging(
        2,
        STEPS.map((each) => 2 + inflation * each),
      ),
    ),
  };
}

export const economyOf = (told: Readonly<Record<string, readonly ToldValue[]>>): Economy =>
  Object.fromEntries(Object.entries(told).map(([series, values]) => [series, lineOf(series, values)]));
