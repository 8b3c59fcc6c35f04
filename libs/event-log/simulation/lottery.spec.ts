import fc from 'fast-check';
import { Lottery } from './lottery.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const draws = (lottery: Lottery) => [
  ...Array.from({ length: 20 }, () => lottery.next()),
  lottery.whole(1, 6),
  lottery.between(-1, 1),
  lottery.pick(['a', 'b', 'c']),
  lottery.uuid(),
];

describe('a lottery', () => {
  it('makes the same draws from the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(draws(new Lottery(seed))).toEqual(draws(new Lottery(seed)));
      }),
    );
  });

  it('makes other draws from another seed', () => {
    const first = Array.from({ length: 2_000 }, (_, seed) => new Lottery(seed).uuid());
    expect(new Set(first).size).toBe(2_000);
  });

  it('stays within its bounds and reaches both of them', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -50, max: 50 }), fc.nat(3), (seed, least, width) => {
        const lottery = new Lottery(seed);
        const thrown = new Set(Array.from({ length: 200 }, () => lottery.whole(least, least + width)));
        expect([...thrown].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: width + 1 }, (_, index) => least + index),
        );
        for (let turn = 0; turn < 100; turn += 1) {
          const between = lottery.between(least, least + width);
          expect(between >= least && between <= least + width).toBe(true);
        }
      }),
    );
  });

  it('is even: what has a chance of a quarter happens about a quarter of the time', () => {
    const lottery = new Lottery(7);
    const happened = Array.from({ length: 20_000 }, () => lottery.chance(0.25)).filter(Boolean).length;
    expect(happened).toBeGreaterThan(4_700);
    expect(happened).toBeLessThan(5_300);
    expect(lottery.chance(0)).toBe(false);
    expect(lottery.chance(1)).toBe(true);
  });

  it('makes ids that a database takes', () => {
    expect(new Lottery(1).uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  });
});
