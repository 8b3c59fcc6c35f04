import type { JudgedSample } from './walk-forward.ts';
import { strategyResults } from './strategies.ts';

const judged = (at: number, gainR: number, difference: Partial<JudgedSample['sample']> = {}, probability = 0.2) => ({
  sample: {
    at,
    side: 'long' as const,
    row: [],
    ruleScore: 50,
    isForbidden: false,
    trade: { won: gainR === 2, gainR },
    heldR: 0.5,
    ...difference,
  },
  probability,
  baseRate: 0.3,
});

const resultsOf = (bars: readonly JudgedSample[], mlWeight = 0.3) =>
  Object.fromEntries(strategyResults(bars, mlWeight).map(({ strategy, ...result }) => [strategy, result]));

describe('what came of trading', () => {
  const bars = [
    judged(0, 2, { ruleScore: 80 }),
    judged(1, -1, { ruleScore: 95 }, 0.5),
    judged(40, 2, { ruleScore: 90, isForbidden: true }, 0.9),
    judged(60, 0.5, {}, 1 / 3),
  ];

  it('is told of nothing, of holding, of every bias, of rules, model and both', () => {
    const results = resultsOf(bars);
    expect(results.always_hold).toEqual({ trades: 0, hitRate: null, expectancyR: null, standardErrorR: null });
    expect(results.buy_and_hold).toMatchObject({ trades: 4, hitRate: 1, expectancyR: 0.5 });
    expect(results.every_bias).toMatchObject({ trades: 4, hitRate: 0.75, expectancyR: 0.875 });
    expect(results.rules).toMatchObject({ trades: 2, hitRate: 0.5, expectancyR: 0.5 });
    expect(results.model).toMatchObject({ trades: 3, expectancyR: 0.5 }); // A third is a fair bet of two to one.
    expect(results.rules_and_model).toMatchObject({ trades: 1, expectancyR: -1 }); // 0.7 * 95 + 0.3 * 50 is 81.5.
  });

  it('is as uncertain as the number of separate times tells, not the number of trades', () => {
    const apart = [0, 20, 40, 60].map((at, turn) => judged(at, turn % 2 === 0 ? 2 : -1));
    const together = apart.flatMap((bar) =>
      Array.from({ length: 20 }, (_, later) => ({ ...bar, sample: { ...bar.sample, at: bar.sample.at + later } })),
    );
    // Mean 0.5, surplus 1.5 in each of four blocks: the square root of 4 * 2.25 * 4 / 3, divided by four.
    expect(resultsOf(apart).every_bias?.standardErrorR).toBeCloseTo(Math.sqrt(12) / 4, 12);
    expect(resultsOf(together).every_bias?.standardErrorR).toBeCloseTo(Math.sqrt(12) / 4, 12);
    expect(resultsOf(apart.slice(0, 1)).every_bias?.standardErrorR).toBeNull();
  });
});
