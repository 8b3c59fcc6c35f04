import { POLICY_DEFAULTS } from '@tocsin/contracts';
import fc from 'fast-check';
import { pauseMs } from './retry.ts';

const { attempts: limits } = POLICY_DEFAULTS['notification-defaults'];

describe('the pause before another attempt', () => {
  it('doubles from five seconds up to ten minutes, a tenth to either side', () => {
    expect([1, 2, 3, 4].map((attempt) => pauseMs(attempt, null, 0.5, limits))).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect([0, 0.5, 1].map((chance) => pauseMs(99, null, chance, limits))).toEqual([540_000, 600_000, 660_000]);
  });

  it('is what the receiver asked for, but never nothing', () => {
    expect(pauseMs(9, 37_000, 0.3, limits)).toBe(37_000);
    expect(pauseMs(1, 0, 0.3, limits)).toBe(1_000);
  });

  it('makes about 42 attempts in six hours', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 60, maxLength: 60 }),
        (chances) => {
          let attempts = 1;
          for (let ms = 0; ; attempts += 1) {
            ms += pauseMs(attempts, null, chances[attempts] ?? 0.5, limits);
            if (ms > limits.giveUpAfterMs) break;
          }
          expect(attempts).toBeGreaterThanOrEqual(38);
          expect(attempts).toBeLessThanOrEqual(46);
        },
      ),
    );
  });
});
