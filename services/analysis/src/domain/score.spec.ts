import fc from 'fast-check';
import type { RulePart } from '@tocsin/contracts';
import { RULES_1 } from './rules/rules-1.ts';
import { compositeScore, confidence, rawConfidence, ruleScore } from './score.ts';

const earned = (context: number, pattern: number, confirmation: number, confluence: number): readonly RulePart[] => [
  { part: 'context', points: context, max: 30, rules: [] },
  { part: 'pattern', points: pattern, max: 30, rules: [] },
  { part: 'confirmation', points: confirmation, max: 20, rules: [] },
  { part: 'confluence', points: confluence, max: 20, rules: [] },
];

describe('the rule score', () => {
  it('of 20/30, 30/30, 15/20 and 10/20 is 75', () => {
    expect(ruleScore(RULES_1.parts, earned(20, 30, 15, 10))).toBe(75);
  });

  it('of rules-1 is the sum of the points, to the last digit', () => {
    const points = fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }));
    fc.assert(
      fc.property(points, ([context, pattern, confirmation, confluence]) => {
        const score = ruleScore(RULES_1.parts, earned(context, pattern, confirmation, confluence));
        expect(score).toBe(context + pattern + confirmation + confluence);
      }),
    );
  });
});

describe('the composite', () => {
  it('of rules 75 and model 60 is 70.5: not 70, not 71', () => {
    expect(compositeScore(75, { score: 60, weight: 0.3 })).toBe(70.5);
  });

  it('without a model is the rule score, whatever the weight', () => {
    expect(compositeScore(75, null)).toBe(75);
  });

  it('R-11 has at most four decimals and never reaches a threshold that it did not reach', () => {
    expect(compositeScore(69.9999, { score: 70, weight: 0.9999 })).toBe(69.9999);
    expect(compositeScore(71, { score: 67.12345678, weight: 0.3 })).toBe(69.837);

    const score = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(score, score, fc.double({ min: 0, max: 1, noNaN: true }), (rules, model, weight) => {
        const exact = (1 - weight) * rules + weight * model;
        const stored = compositeScore(rules, { score: model, weight });
        expect(Number(stored.toFixed(4))).toBe(stored);
        expect(stored >= 70).toBe(exact >= 70 - 1e-9);
        expect(Math.abs(stored - exact)).toBeLessThan(1e-4 + 1e-8);
      }),
    );
  });
});

describe('the confidence', () => {
  it('is the hundredth of the composite, times all factors', () => {
    expect(rawConfidence(70.5)).toBe(0.705);
    expect(rawConfidence(70.1234)).toBe(0.701234);
    expect(confidence(0.705, [])).toBe(0.705);
    expect(confidence(0.85, [{ factor: 0.8 }, { factor: 0.5 }])).toBe(0.34);
    expect(confidence(0.9, [{ factor: 2 }])).toBe(1);
  });

  it('R-17 has the same bytes in whatever order the factors come', () => {
    const factors = fc.array(
      fc.constantFrom(0.8, 0.5, 0.9, 0.7, 0.95).map((factor) => ({ factor })),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), factors, (millionths, given) => {
        const raw = millionths / 1_000_000;
        expect(confidence(raw, given.toReversed())).toBe(confidence(raw, given));
      }),
    );
  });
});
