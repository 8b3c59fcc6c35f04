import { bar } from '../../../test/markets.ts';
import type { PriceBar } from '../bar-window.ts';
import { volumeEvidence } from './volume-evidence.ts';

const NOISE = 1e-9;

/** Bars that close a tick higher and lower in turns, with these volumes. */
const swinging = (volumes: readonly number[], difference: Partial<PriceBar> = {}): readonly PriceBar[] =>
  volumes.map((volume, at) => ({ ...bar(at, 100 + (at % 2), volume), ...difference }));

/** Forty volumes about 100 whose straight line changes by `share` of their mean over the range. */
const changingBy = (share: number): readonly number[] =>
  Array.from({ length: 40 }, (_, at) => 100 + (share * 100 * (at - 19.5)) / 40);

describe('the volume of a range', () => {
  it.each([
    [0.16, 'rising'],
    [0.15, 'flat'],
    [0, 'flat'],
    [-0.15, 'flat'],
    [-0.16, 'declining'],
  ] as const)('that changes by %d of its mean is %s', (share, trend) => {
    expect(volumeEvidence(swinging(changingBy(share)), NOISE).trend).toBe(trend);
  });

  it('is counted on the side that each bar closed to, and the first closed to neither', () => {
    expect(volumeEvidence(swinging([1_000, 7, 20, 5, 30]), NOISE).moved).toEqual({ up: 12, down: 50 });
  });

  it('is counted on no side where the close stayed', () => {
    const still = [100, 100 + 1e-12, 100].map((close, at) => bar(at, close, 50));
    expect(volumeEvidence(still, NOISE).moved).toEqual({ up: 0, down: 0 });
  });

  it.each([
    ['the feed has none', swinging([1, 2, 3], { volumeKind: 'none' })],
    ['it is nothing but zeros', swinging([0, 0, 0])],
    ['it counts different things', [...swinging([1, 2]), { ...bar(2, 100, 3), volumeKind: 'traded' as const }]],
  ])('is not known where %s', (_, bars) => {
    expect(volumeEvidence(bars, NOISE)).toEqual({ trend: 'unknown', moved: null });
  });
});
