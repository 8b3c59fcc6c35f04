import fc from 'fast-check';
import { logistic } from '../../domain/model/linear-model.ts';
import { fitLogistic, type Labelled } from './logistic-regression.ts';

/** So many rows with this feature, of which so many came true. */
const table = (cells: readonly (readonly [value: number, rows: number, trues: number])[]): Labelled => ({
  rows: cells.flatMap(([value, rows]) => Array.from({ length: rows }, () => [value])),
  labels: cells.flatMap(([, rows, trues]) => Array.from({ length: rows }, (_, at) => at < trues)),
});

/** Close to its top the likelihood of these rows differs by rounding only, which once passed for stepping over it. */
function nearlyFlat(): [number[], boolean][] {
  const trues = new Set([0, 1, 7, 8, 13, 14, 15, 16, 17, 18, 21, 23, 27, 29, 30, 33, 34, 39]);
  const cells = new Map([
    [2, [0, -1.6652662322008684e-12, 0]],
    [7, [0, 0, -2.5721883137051824]],
    [11, [0, -0.10836685146291135, 0]],
    [37, [0, 0, 0.14652845548701093]],
  ]);
  return Array.from({ length: 40 }, (_, at) => [cells.get(at) ?? [0, 0, 0], trues.has(at)]);
}

describe('a logistic regression', () => {
  it('of one feature with two values gives the odds of each', () => {
    const { weights, intercept } = fitLogistic(
      table([
        [0, 40, 10],
        [1, 60, 45],
      ]),
      0,
    );
    expect(intercept).toBeCloseTo(Math.log(10 / 30), 9);
    expect(weights[0]).toBeCloseTo(Math.log(45 / 15) - Math.log(10 / 30), 9);
  });

  it('stands on the top of the penalised likelihood: there its slope is zero in every direction', () => {
    const cell = fc.double({ min: -5, max: 5, noNaN: true });
    const row = fc.tuple(fc.array(cell, { minLength: 3, maxLength: 3 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 20, maxLength: 60 }),
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        (data, l2) => {
          const [rows, labels] = [data.map(([values]) => values), data.map(([, label]) => label)];
          if (!labels.includes(true) || !labels.includes(false)) return;
          const { weights, intercept, means, deviations } = fitLogistic({ rows, labels }, l2);
          const errors = rows.map(
            (values, at) =>
              Number(labels[at]) - logistic(weights.reduce((sum, w, c) => sum + w * (values[c] ?? 0), intercept)),
          );
          expect(Math.abs(errors.reduce((sum, error) => sum + error, 0))).toBeLessThan(1e-6);
          weights.forEach((weight, column) => {
            const deviation = deviations[column] ?? 0;
            if (deviation === 0) return;
            const slope = errors.reduce(
              (sum, error, at) => sum + error * (((rows[at]?.[column] ?? 0) - (means[column] ?? 0)) / deviation),
              0,
            );
            expect(Math.abs(slope - l2 * weight * deviation)).toBeLessThan(1e-6);
          });
        },
      ),
      { examples: [[nearlyFlat(), 49.999999999982435]] },
    );
  });

  it('gives a feature that never changes no weight', () => {
    const { rows, labels } = table([
      [0, 40, 10],
      [1, 60, 45],
    ]);
    const fit = fitLogistic({ rows: rows.map((row) => [0.1, ...row, 1e9]), labels }, 1);
    expect([fit.weights[0], fit.weights[2]]).toEqual([0, 0]);
    expect([fit.deviations[0], fit.deviations[2]]).toEqual([0, 0]);
    expect(fit.weights[1]).toBeCloseTo(fitLogistic({ rows, labels }, 1).weights[0] ?? 0, 9);
  });

  it('holds weights back even where a feature tells everything', () => {
    const perfect = table([
      [0, 50, 0],
      [1, 50, 50],
    ]);
    const [weak, strong] = [fitLogistic(perfect, 0.01), fitLogistic(perfect, 1_000)];
    expect(weak.weights[0]).toBeGreaterThan(5);
    expect(strong.weights[0]).toBeLessThan(0.2);
  });

  it('with a very heavy ridge says the base rate and nothing else', () => {
    const { weights, intercept } = fitLogistic(
      table([
        [0, 50, 10],
        [1, 50, 30],
      ]),
      1e12,
    );
    expect(weights[0]).toBeCloseTo(0, 9);
    expect(logistic(intercept)).toBeCloseTo(0.4, 9);
  });

  it('of rows that all came true is refused: no weights are the likeliest', () => {
    expect(() => fitLogistic(table([[0, 10, 10]]), 1)).toThrow('all of 10 rows ended alike');
  });
});
