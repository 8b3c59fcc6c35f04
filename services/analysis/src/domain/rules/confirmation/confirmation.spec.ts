import { levelReading } from '../../../../test/markets.ts';
import { macd } from './macd.ts';
import { momentum } from './momentum.ts';
import { volume } from './volume.ts';

describe('momentum', () => {
  it.each([
    [50, false],
    [50.01, true],
    [69.99, true],
    [70, false],
    [100, false],
  ])('with an RSI of %d: %s', (rsi14, holds) => {
    expect(momentum.holds(levelReading({ rsi14 }))).toBe(holds);
  });
});

describe('macd', () => {
  it.each([
    [0.001, true],
    [0, false],
    [1e-8, false],
    [-0.001, false],
  ])('with a histogram of %d: %s', (macdHistogram, holds) => {
    expect(macd.holds(levelReading({ macdHistogram }))).toBe(holds);
  });
});

describe('volume', () => {
  it.each([
    [1.2, true],
    [1.2 - 1e-12, true],
    [1.19, false],
    [null, 'unknown'],
  ])('at %p times the mean: %s', (relativeVolume, verdict) => {
    expect(volume.holds(levelReading({ relativeVolume }))).toBe(verdict);
  });
});
