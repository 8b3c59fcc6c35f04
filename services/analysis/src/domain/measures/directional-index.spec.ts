import { ADX } from 'trading-signals';
import { sp500 } from '../../../test/markets.ts';
import { DirectionalIndex } from './directional-index.ts';

type Range = readonly [high: number, low: number];
const after = (ranges: readonly Range[], interval = 2): number => {
  const index = new DirectionalIndex(interval, 1e-9);
  for (const [high, low] of ranges) index.add({ high, low });
  return index.getResultOrThrow();
};

describe('the directional index', () => {
  it("is the library's over real bars", () => {
    const bars = sp500().slice(0, 1_000);
    const theirs = new ADX(14);
    const ours = new DirectionalIndex(14, 1e-6);
    bars.forEach((bar, at) => {
      ours.add(bar);
      const expected = theirs.add(bar);
      if (at === 26) expect(expected).not.toBeNull();
      if (expected !== null) expect(ours.getResultOrThrow()).toBeCloseTo(expected, 9);
    });
  });

  it('is 100 in a market that only rises, or only falls', () => {
    expect(
      after([
        [10, 9],
        [11, 10],
        [12, 11],
        [13, 12],
      ]),
    ).toBe(100);
    expect(
      after([
        [13, 12],
        [12, 11],
        [11, 10],
        [10, 9],
      ]),
    ).toBe(100);
  });

  it('does not take a bar that reaches as far up as down for a direction', () => {
    expect(
      after([
        [10, 9],
        [11, 8],
        [12, 7],
        [13, 6],
      ]),
    ).toBe(0);
    // The same in prices of which the differences are not equal as binary fractions.
    expect(
      after([
        [1.2, 1.1],
        [1.3, 1],
        [1.4, 0.9],
        [1.5, 0.8],
      ]),
    ).toBe(0);
  });

  it('goes on after bars without any range', () => {
    const still: readonly Range[] = [
      [10, 10],
      [10, 10],
      [10, 10],
      [10, 10],
    ];
    expect(after(still)).toBe(0);
    expect(after([...still, [11, 10], [12, 11]])).toBe(75); // Two bars of 100, averaged with the 0 before.
  });

  it('needs twice its interval, less one', () => {
    expect(() =>
      after([
        [10, 9],
        [11, 10],
      ]),
    ).toThrow();
    expect(
      after([
        [10, 9],
        [11, 10],
        [12, 11],
      ]),
    ).toBe(100);
  });
});
