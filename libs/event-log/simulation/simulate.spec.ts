import { simulate } from './simulate.ts';

const SEEDS = [1, 2, 3];

/** Six stories take a second or two, and more on a machine that is busy. */
const PATIENCE_MS = 60_000;

describe('a simulation', () => {
  it(
    'plays the same story from the same seed, to the last byte and word',
    async () => {
      for (const seed of SEEDS) {
        const [once, again] = [await simulate(seed), await simulate(seed)];
        expect(again).toEqual(once);
        expect(once.events).toBeGreaterThan(100);
      }
    },
    PATIENCE_MS,
  );

  it(
    'plays another story from another seed',
    async () => {
      const prints = new Set<string>();
      for (const seed of SEEDS) prints.add((await simulate(seed)).fingerprint);
      expect(prints.size).toBe(SEEDS.length);
    },
    PATIENCE_MS,
  );
});
