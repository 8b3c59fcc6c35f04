import { economyAt, type Economy } from './economy.ts';
import { INDICATORS, type Indicator } from './indicators.ts';
import { EMPTY_LINE, withValue, type MacroLine, type ToldValue } from './macro-line.ts';
import { monthOf, monthText } from './month.ts';

const FIRST = monthOf('2019-01-01');
const indicator = (series: string): Indicator => {
  const found = INDICATORS.find((each) => each.series === series);
  if (found === undefined) throw new RangeError(series);
  return found;
};

const lineOf = (series: string, values: readonly ToldValue[]): MacroLine =>
  values.reduce((line, value) => withValue(line, indicator(series), value), EMPTY_LINE);

/** A monthly series, each value published in the month after. */
const published = (values: readonly number[]): readonly ToldValue[] =>
  values.map((value, at) => ({
    observedOn: `${monthText(FIRST + at)}-01`,
    vintageOn: `${monthText(FIRST + at + 1)}-06`,
    value,
  }));

/** A market price, told twice a month, all of it fetched on one day. */
const priced = (values: readonly number[]): readonly ToldValue[] =>
  values.flatMap((value, at) =>
    ['-03', '-27'].map((day) => ({
      observedOn: monthText(FIRST + at) + day,
      vintageOn: '2030-01-01',
      value: day === '-27' ? value : 99,
    })),
  );

/** Something that swings about `mean`, and ends with `last`. */
const swinging = (months: number, mean: number, last: readonly number[]): readonly number[] => [
  ...Array.from({ length: months - last.length }, (_, at) => mean + (at % 2 === 0 ? 0.1 : -0.1)),
  ...last,
];

describe('the line of a macro-economic series', () => {
  it('of a price has the last value of each month', () => {
    expect(lineOf('fred-T10Y2Y', priced([0.5, 0.7])).readings).toEqual([
      [FIRST, 0.5],
      [FIRST + 1, 0.7],
    ]);
  });

  it('of unemployment has its fall over three months, in the month that told it', () => {
    expect(lineOf('fred-UNRATE', published([4, 4.1, 4.2, 3.7])).readings).toEqual([
      [FIRST + 4, expect.closeTo(0.3, 12)],
    ]);
  });

  it('of prices has by how much their rise over a year became faster in three months', () => {
    const values = Array.from({ length: 16 }, (_, at) => (at < 15 ? 100 : 103));
    expect(lineOf('fred-CPIAUCSL', published(values)).readings).toEqual([[FIRST + 16, expect.closeTo(3, 12)]]);
  });

  it('keeps what was known, whatever is revised afterwards', () => {
    const told = published([4, 4.1, 4.2, 3.7, 3.6]);
    const before = lineOf('fred-UNRATE', told);
    const revised = { observedOn: '2019-02-01', vintageOn: '2019-07-05', value: 5 };
    const after = lineOf('fred-UNRATE', [...told, revised]);
    expect(after.readings.slice(0, -1)).toEqual(before.readings);
    expect(after.readings.at(-1)).toEqual([FIRST + 6, expect.closeTo(5 - 3.6, 12)]);
  });

  it('is bounded, however long it is told', () => {
    const line = lineOf('fred-T10Y2Y', priced(Array.from({ length: 400 }, (_, at) => at)));
    expect([line.levels.length, line.readings.length]).toEqual([16, 144]);
  });
});

describe('an economy', () => {
  const MONTHS = 60;
  const LAST = FIRST + MONTHS - 1;
  const SEPARATE = [0.3, 0.35, 0.4];

  /** Curve and breakeven leave their swing in the last three months, by what is given. */
  const economy = (growth: number, inflation: number): Economy => ({
    'fred-T10Y2Y': lineOf(
      'fred-T10Y2Y',
      priced(
        swinging(
          MONTHS,
          1,
          SEPARATE.map((each) => 1 + growth * each),
        ),
      ),
    ),
    'fred-BAA10Y': lineOf(
      'fred-BAA10Y',
      priced(
        swinging(MONTHS, 2, [2]).map((each, at) => each - (at > MONTHS - 4 ? growth * 0.4 * (at - MONTHS + 4) : 0)),
      ),
    ),
    'fred-T10YIE': lineOf(
      'fred-T10YIE',
      priced(
        swinging(
          MONTHS,
          2,
          SEPARATE.map((each) => 2 + inflation * each),
        ),
      ),
    ),
  });

  it.each([
    [1, -1, 'GOLDILOCKS'],
    [1, 1, 'REFLATION'],
    [-1, 1, 'STAGFLATION'],
    [-1, -1, 'DEFLATION'],
  ] as const)('that went %d and %d for three months is committed to %s', (growth, inflation, quadrant) => {
    const { commitment, reading } = economyAt(economy(growth, inflation), LAST);
    expect(commitment.committed).toBe(quadrant);
    expect(reading?.confidence).toBeGreaterThan(0.8);
    expect(economyAt(economy(growth, inflation), LAST - 1).commitment.committed).toBe('unknown');
  });

  it('knows which of its inputs are missing, and takes the second measure of credit for the first', () => {
    expect(economyAt(economy(1, 1), LAST).missing).toEqual(['fred-UNRATE', 'fred-BAMLH0A0HYM2', 'fred-CPIAUCSL']);
  });

  it('is not known without two inputs of growth', () => {
    expect(economyAt({ ...economy(1, 1), 'fred-BAA10Y': EMPTY_LINE }, LAST).reading).toBeNull();
  });

  it('is not known before three years are', () => {
    expect(economyAt(economy(1, 1), FIRST + 34).reading).toBeNull();
    expect(economyAt(economy(1, 1), FIRST + 38).reading).not.toBeNull();
  });

  it('is not known by what is older than two months', () => {
    expect(economyAt(economy(1, 1), LAST + 2).reading).not.toBeNull();
    expect(economyAt(economy(1, 1), LAST + 3).reading).toBeNull();
  });

  it('is not known where nothing ever changes', () => {
    const still = lineOf('fred-T10Y2Y', priced(Array.from({ length: MONTHS }, () => 0.1)));
    expect(economyAt({ ...economy(1, 1), 'fred-T10Y2Y': still }, LAST).missing).toContain('fred-T10Y2Y');
  });

  it('of a month is not changed by what comes later', () => {
    const later = priced([
      ...swinging(
        MONTHS,
        1,
        SEPARATE.map((each) => 1 + each),
      ),
      9,
      9,
      9,
    ]);
    const known = economy(1, 1);
    expect(economyAt({ ...known, 'fred-T10Y2Y': lineOf('fred-T10Y2Y', later) }, LAST)).toEqual(economyAt(known, LAST));
  });
});
