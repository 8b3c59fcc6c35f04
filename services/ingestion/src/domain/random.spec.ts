import { chanceFrom, seedOf, xoshiro128 } from './random.ts';

describe('chance from a seed', () => {
  it('is xoshiro128**: the numbers of the reference implementation for the state 1, 2, 3, 4', () => {
    const words = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => words.next().value)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('is the same for the same seed and another for another', () => {
    const numbers = (seed: number): number[] => {
      const chance = chanceFrom(seed);
      return Array.from({ length: 5 }, () => chance.next());
    };
    expect(numbers(42)).toEqual(numbers(42));
    expect(numbers(42)).not.toEqual(numbers(43));
  });

  it('is even between 0 and 1, and normal where that is asked for', () => {
    const chance = chanceFrom(7);
    const even = Array.from({ length: 20_000 }, () => chance.next());
    const normal = Array.from({ length: 20_000 }, () => chance.normal());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(even.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(even)).toBeCloseTo(0.5, 2);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
  });

  it('takes names for seeds: the FNV-1a hash of "foobar"', () => {
    expect(seedOf('foobar')).toBe(0xbf9cf968);
    expect(seedOf('')).toBe(0x811c9dc5);
  });
});
