import { biasOf, countedSide } from './bias.ts';

const NOISE = 1e-7;
const trend = (close: number, ema20: number, ema50: number) => ({ close, ema20, ema50 });

describe('the bias', () => {
  it.each([
    [102, 101, 100, 'long'],
    [98, 99, 100, 'short'],
    [100.5, 101, 100, 'none'],
    [101, 101, 100, 'none'],
    [99.5, 99, 100, 'none'],
    [99, 99, 100, 'none'],
    [101, 100, 100, 'none'],
    [100, 100, 100, 'none'],
  ] as const)('of a close of %d over averages of %d and %d is %s', (close, ema20, ema50, bias) => {
    expect(biasOf(trend(close, ema20, ema50), NOISE)).toBe(bias);
  });
});

describe('the counted side', () => {
  it('is the bias where there is one', () => {
    expect(countedSide('short', trend(102, 101, 100), NOISE)).toBe('short');
  });

  it.each([
    [100.5, 101, 100, 'long'],
    [99.5, 99, 100, 'short'],
    [99.5, 101, 100, 'short'],
    [100, 99, 100, 'short'],
    [100, 101, 100, 'long'],
    [100, 100, 100, 'long'],
  ] as const)('without one, of a close of %d over averages of %d and %d, is %s', (close, ema20, ema50, side) => {
    expect(countedSide('none', trend(close, ema20, ema50), NOISE)).toBe(side);
  });
});
