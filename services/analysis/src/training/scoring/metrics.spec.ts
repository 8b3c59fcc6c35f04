import fc from 'fast-check';
import { auc, brier, calibration, logLoss, type Forecast } from './metrics.ts';

const said = (...forecasts: readonly (readonly [probability: number, cameTrue: boolean])[]): readonly Forecast[] =>
  forecasts.map(([probability, cameTrue]) => ({ probability, cameTrue }));

describe('what forecasts are worth', () => {
  const four = said([0.1, false], [0.4, false], [0.35, true], [0.8, true]);

  it('is a log loss', () => {
    const expected = -(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4;
    expect(logLoss(four)).toBeCloseTo(expected, 12);
    expect(logLoss(said([0.5, true], [0.5, false]))).toBeCloseTo(Math.LN2, 12);
    expect(logLoss(said([0, true]))).toBeCloseTo(34.5, 1); // Finite, so that one certainty does not hide all the rest.
  });

  it("is Brier's score", () => {
    expect(brier(four)).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 12);
  });

  it('is an area: of four pairs three are in order', () => {
    expect(auc(four)).toBe(0.75);
    expect(auc(said([0.3, true], [0.3, false]))).toBe(0.5);
    expect(auc(said([0.3, true], [0.4, true]))).toBeNull();
  });

  it('is the share of pairs in order, counted one by one', () => {
    const forecast = fc.record({
      probability: fc.integer({ min: 0, max: 9 }).map((n) => n / 9),
      cameTrue: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(forecast, { minLength: 2, maxLength: 40 }), (forecasts) => {
        const pairs = forecasts.flatMap((one) =>
          forecasts
            .filter((other) => one.cameTrue && !other.cameTrue)
            .map((other) =>
              one.probability > other.probability ? 1 : one.probability === other.probability ? 0.5 : 0,
            ),
        );
        const expected = pairs.reduce<number>((sum, each) => sum + each, 0) / pairs.length;
        if (pairs.length === 0) expect(auc(forecasts)).toBeNull();
        else expect(auc(forecasts)).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('a calibration', () => {
  it('groups equally many forecasts, from the least probable up', () => {
    const forecasts = said([0.9, true], [0.1, false], [0.2, true], [0.8, true], [0.3, false]);
    expect(calibration(forecasts, 2)).toEqual([
      { from: 0.1, to: 0.2, samples: 2, predicted: expect.closeTo(0.15, 12) as number, observed: 0.5 },
      { from: 0.3, to: 0.9, samples: 3, predicted: expect.closeTo(2 / 3, 12) as number, observed: 2 / 3 },
    ]);
  });

  it('counts every forecast once, and has no empty rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (count, rows) => {
        const table = calibration(
          said(...Array.from({ length: count }, (_, at) => [at / 50, at % 3 === 0] as const)),
          rows,
        );
        expect(table.reduce((sum, { samples }) => sum + samples, 0)).toBe(count);
        expect(table).toHaveLength(Math.min(rows, count));
      }),
    );
  });
});
