import fc from 'fast-check';
import { featuresOf, linearModel } from '../../../test/models.ts';
import { logistic, margin, scoreOf } from './linear-model.ts';

describe('a linear model', () => {
  const model = linearModel([{ feature: 'rsi14', weight: 0.02, mean: 50 }], { intercept: -1 });

  it('scores a bar by the probability of its log-odds', () => {
    expect(margin(model, featuresOf({ rsi14: 70 }))).toBeCloseTo(0.4, 12);
    expect(scoreOf(0.4)).toBeCloseTo(59.8687660112452, 10); // 100 / (1 + exp(-0.4))
    expect(scoreOf(0)).toBe(50);
  });

  it('never scores outside 0 to 100, however sure it is', () => {
    expect([scoreOf(-1e9), scoreOf(-800), scoreOf(800), scoreOf(1e9)]).toEqual([0, 0, 100, 100]);
  });

  it('gives a loss of the same size the rest of the probability', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (logOdds) => {
        expect(logistic(logOdds) + logistic(-logOdds)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('does not answer with what is no number', () => {
    expect(() => margin(model, featuresOf({ rsi14: Number.NaN }))).toThrow('the margin of linear-1 is a number');
  });
});
