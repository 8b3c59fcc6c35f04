import fc from 'fast-check';
import { featuresOf, linearModel } from '../../../test/models.ts';
import { FEATURE_NAMES, type Features } from './features.ts';
import { margin, type LinearModel, type WeighedFeature } from './linear-model.ts';
import { explain, sliceOf } from './shapley.ts';

const number = fc.double({ min: -100, max: 100, noNaN: true });
const models: fc.Arbitrary<LinearModel> = fc
  .record({
    names: fc.shuffledSubarray([...FEATURE_NAMES], { minLength: 1 }),
    numbers: fc.array(fc.tuple(number, number), { minLength: FEATURE_NAMES.length, maxLength: FEATURE_NAMES.length }),
    intercept: number,
  })
  .map(({ names, numbers, intercept }) =>
    linearModel(
      names.map((feature, at) => ({ feature, weight: numbers[at]?.[0] ?? 0, mean: numbers[at]?.[1] ?? 0 })),
      { intercept },
    ),
  );
const values: fc.Arbitrary<Features> = fc
  .array(number, { minLength: FEATURE_NAMES.length, maxLength: FEATURE_NAMES.length })
  .map((numbers) => featuresOf(Object.fromEntries(FEATURE_NAMES.map((name, at) => [name, numbers[at] ?? 0]))));

const moved = (model: LinearModel, at: Features, feature: string): number =>
  explain(model, at).contributions.find((each) => each.feature === feature)?.contribution ?? 0;

/**
 * Shapley's formula itself, over all orders in which features can become known: a feature that is not known yet is at
 * its mean, which for a linear model is the same as averaging over the training set.
 */
function byDefinition(model: LinearModel, at: Features): ReadonlyMap<string, number> {
  const orders = permutations(model.features);
  const sums = new Map<string, number>();
  for (const order of orders) {
    let known = featuresOf(Object.fromEntries(model.features.map(({ feature, mean }) => [feature, mean])));
    for (const { feature } of order) {
      const next = { ...known, [feature]: at[feature] };
      sums.set(feature, (sums.get(feature) ?? 0) + margin(model, next) - margin(model, known));
      known = next;
    }
  }
  return new Map([...sums].map(([feature, sum]) => [feature, sum / orders.length]));
}

const permutations = (all: readonly WeighedFeature[]): readonly (readonly WeighedFeature[])[] =>
  all.length < 2
    ? [all]
    : all.flatMap((first) => permutations(all.filter((other) => other !== first)).map((rest) => [first, ...rest]));

describe('an explanation', () => {
  it('of the worked example is that of the specification', () => {
    const model = linearModel(
      [
        { feature: 'rsi14', weight: 0.8, mean: 1 },
        { feature: 'adx14', weight: -0.5, mean: 0 },
        { feature: 'phase', weight: 1.2, mean: 0 },
      ],
      { intercept: 0.1 },
    );
    const { base, margin, contributions } = explain(model, featuresOf({ rsi14: 1.5, adx14: 0.2, phase: -1 }));
    expect(base).toBeCloseTo(0.9, 12);
    expect(margin).toBeCloseTo(0, 12);
    expect(contributions.map(({ feature }) => feature)).toEqual(['rsi14', 'adx14', 'phase']);
    [0.4, -0.1, -1.2].forEach((expected, at) => {
      expect(contributions[at]?.contribution).toBeCloseTo(expected, 12);
    });
  });

  it('is what the definition by all orders gives', () => {
    const few = models.filter(({ features }) => features.length <= 5);
    fc.assert(
      fc.property(few, values, (model, at) => {
        for (const [feature, expected] of byDefinition(model, at))
          expect(Math.abs(moved(model, at, feature) - expected)).toBeLessThan(1e-8);
      }),
      { numRuns: 50 },
    );
  });

  it('adds up to the margin', () => {
    fc.assert(
      fc.property(models, values, (model, at) => {
        const { base, contributions } = explain(model, at);
        const sum = contributions.reduce((so, { contribution }) => so + contribution, base);
        expect(Math.abs(sum - margin(model, at))).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it('gives nothing to a feature that weighs nothing (dummy), nor to one that stays at its mean (constant)', () => {
    fc.assert(
      fc.property(models, values, (model, at) => {
        const [first, ...rest] = model.features;
        if (first === undefined) return;
        const dummy = { ...model, features: [{ ...first, weight: 0 }, ...rest] };
        expect(Math.abs(moved(dummy, at, first.feature))).toBe(0);
        expect(Math.abs(moved(model, { ...at, [first.feature]: first.mean }, first.feature))).toBe(0);
      }),
    );
  });

  it('gives the same to two features that do the same (symmetry)', () => {
    fc.assert(
      fc.property(number, number, number, (weight, mean, value) => {
        const model = linearModel([
          { feature: 'rsi14', weight, mean },
          { feature: 'adx14', weight, mean },
        ]);
        const at = featuresOf({ rsi14: value, adx14: value });
        expect(moved(model, at, 'rsi14')).toBe(moved(model, at, 'adx14'));
      }),
    );
  });

  it('of two models together is the sum of theirs (additivity)', () => {
    fc.assert(
      fc.property(models, fc.array(number, { minLength: 13, maxLength: 13 }), number, values, (one, weights, b, at) => {
        const other = { ...one, features: one.features.map((each, i) => ({ ...each, weight: weights[i] ?? 0 })) };
        const both: LinearModel = {
          ...one,
          intercept: one.intercept + b,
          features: one.features.map((each, i) => ({ ...each, weight: each.weight + (weights[i] ?? 0) })),
        };
        for (const { feature } of one.features) {
          const apart = moved(one, at, feature) + moved(other, at, feature);
          expect(Math.abs(moved(both, at, feature) - apart)).toBeLessThan(1e-8);
        }
      }),
    );
  });
});

describe('the slice of an explanation', () => {
  it('names the five that moved it most, ties by name, and sums up the rest', () => {
    const size = { volume_ratio: 1, adx14: -1, phase: 3, rsi14: 1, atr_per_close: -2, bollinger_percent_b: 0.5 };
    const model = linearModel(
      Object.keys(size).map((feature) => ({ feature: feature as keyof typeof size, weight: 1, mean: 0 })),
      { intercept: -1 },
    );
    expect(sliceOf(explain(model, featuresOf(size)))).toEqual([
      { feature: 'phase', contribution: 3 },
      { feature: 'atr_per_close', contribution: -2 },
      { feature: 'adx14', contribution: -1 },
      { feature: 'rsi14', contribution: 1 },
      { feature: 'volume_ratio', contribution: 1 },
      { feature: 'other', contribution: 0.5 },
      { feature: 'base', contribution: -1 },
    ]);
  });

  it('always has the rest and the base, and adds up', () => {
    fc.assert(
      fc.property(models, values, fc.integer({ min: 0, max: 14 }), (model, at, features) => {
        const explanation = explain(model, at);
        const slice = sliceOf(explanation, features);
        expect(slice).toHaveLength(Math.min(features, model.features.length) + 2);
        expect(slice.slice(-2).map(({ feature }) => feature)).toEqual(['other', 'base']);
        const sum = slice.reduce((so, { contribution }) => so + contribution, 0);
        expect(Math.abs(sum - explanation.margin)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });
});
