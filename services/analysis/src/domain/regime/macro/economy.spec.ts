import {
  economyOf,
  FIRST,
  LAST,
  lineOf,
  MONTHS,
  priced,
  published,
  swinging,
  toldOf,
} from '../../../../test/economies.ts';
import { economyAt } from './economy.ts';
import { EMPTY_LINE } from './macro-line.ts';

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
  const economy = (growth: 1 | -1, inflation: 1 | -1) => economyOf(toldOf(growth, inflation));

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
    const later = priced([...swinging(1, [1.3, 1.35, 1.4]), 9, 9, 9]);
    const known = economy(1, 1);
    expect(economyAt({ ...known, 'fred-T10Y2Y': lineOf('fred-T10Y2Y', later) }, LAST)).toEqual(economyAt(known, LAST));
  });
});
