import { levelReading } from '../../../../test/markets.ts';
import { regimeCalm } from './regime-calm.ts';
import { trendOrder } from './trend-order.ts';
import { trendSlope } from './trend-slope.ts';
import { trendStrength } from './trend-strength.ts';

describe('trend-order', () => {
  it.each([
    [100.01, true],
    [100, false],
    [100 + 1e-8, false], // A flat market is not above its own average.
    [99.99, false],
  ])('with EMA20 at %d over an EMA50 of 100: %s', (ema20, holds) => {
    expect(trendOrder.holds(levelReading({ ema20 }))).toBe(holds);
  });
});

describe('trend-slope', () => {
  it.each([
    [99.99, true],
    [100, false],
    [100.01, false],
  ])('with EMA50 coming from %d to 100: %s', (ema50Before, holds) => {
    expect(trendSlope.holds(levelReading({ ema50Before }))).toBe(holds);
  });
});

describe('trend-strength', () => {
  it.each([
    [20, true],
    [20 - 1e-12, true], // Twenty, added up in another order.
    [19.99, false],
  ])('with an ADX of %d: %s', (adx14, holds) => {
    expect(trendStrength.holds(levelReading({ adx14 }))).toBe(holds);
  });
});

describe('regime-calm', () => {
  it.each([
    ['CALM', true],
    ['TURBULENT', false],
    ['unknown', 'unknown'],
  ] as const)('in a regime that is %s: %s', (regime, verdict) => {
    expect(regimeCalm.holds(levelReading({ regime }))).toBe(verdict);
  });
});
