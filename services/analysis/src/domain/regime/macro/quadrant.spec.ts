import fc from 'fast-check';
import { normalProbability } from './normal-probability.ts';
import { QUADRANT_OF, quadrantReading, surelyIn } from './quadrant.ts';

const at = (growth: number, inflation: number) =>
  quadrantReading({ growth: [growth, growth, growth], inflation: [inflation, inflation] });

describe('a normal probability', () => {
  // Abramowitz and Stegun, table 26.1.
  it.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-1, 0.158655253931457],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
    [-6, 9.865876450377e-10],
  ])('of %d is %d', (x, probability) => {
    expect(normalProbability(x)).toBeCloseTo(probability, 14);
  });

  it('never falls, stays between 0 and 1, and mirrors, however far away', () => {
    const anyX = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(anyX, anyX, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(normalProbability(low)).toBeLessThanOrEqual(normalProbability(high) + 1e-15);
        expect(normalProbability(low)).toBeGreaterThanOrEqual(0);
        expect(normalProbability(high)).toBeLessThanOrEqual(1);
        expect(normalProbability(-one)).toBeCloseTo(1 - normalProbability(one), 14);
      }),
    );
  });
});

describe('the quadrant of an economy', () => {
  it.each([
    ['growth rises and inflation falls', 0.63, -0.63, 'GOLDILOCKS'],
    ['both rise', 0.63, 0.63, 'REFLATION'],
    ['growth falls and inflation rises', -0.63, 0.63, 'STAGFLATION'],
    ['both fall', -0.63, -0.63, 'DEFLATION'],
  ] as const)('is beyond doubt where %s by 0.63 deviations', (_, growth, inflation, quadrant) => {
    const reading = at(growth, inflation);
    expect(reading?.confidence).toBeCloseTo(0.896_165_32 ** 2, 7);
    expect(reading && surelyIn(reading)).toBe(quadrant);
  });

  it.each([
    [0, 0],
    [0.6, 0.6],
    [3, 0],
    [0, -3],
  ])('is in doubt at %d and %d', (growth, inflation) => {
    const reading = at(growth, inflation);
    expect(reading && surelyIn(reading)).toBeNull();
  });

  it('has probabilities that make one, of which the likeliest is the largest', () => {
    const anyZ = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(anyZ, anyZ, (growth, inflation) => {
        const reading = at(growth, inflation);
        const all = Object.values(reading?.probabilities ?? {});
        expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
        expect(reading?.confidence).toBeCloseTo(Math.max(...all), 12);
        expect(reading?.confidence).toBeGreaterThanOrEqual(0.25 - 1e-12);
      }),
    );
  });

  it.each([
    ['two of three and one of two', [1, null, 1], [null, 1], true],
    ['one of three', [1, null, null], [1, 1], false],
    ['none of two', [1, 1, 1], [null, null], false],
  ] as const)('with %s inputs is known: %s', (_, growth, inflation, isKnown) => {
    expect(quadrantReading({ growth, inflation }) !== null).toBe(isKnown);
  });

  it('is made of the mean of what is known', () => {
    expect(quadrantReading({ growth: [1, null, 2], inflation: [null, -0.5] })).toMatchObject({
      growth: 1.5,
      inflation: -0.5,
    });
  });

  it('is meant by each of the five names of the cycle', () => {
    expect(new Set(Object.values(QUADRANT_OF)).size).toBe(4);
  });
});
