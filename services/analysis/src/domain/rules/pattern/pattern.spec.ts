import { levelReading } from '../../../../test/markets.ts';
import type { Candle } from '../../reading.ts';
import { breakout } from './breakout.ts';
import { engulfing } from './engulfing.ts';
import { pinBar } from './pin-bar.ts';
import { pullback } from './pullback.ts';
import { springUpthrust } from './spring-upthrust.ts';

const candle = (open: number, high: number, low: number, close: number): Candle => ({ open, high, low, close });
const still = candle(100, 100.5, 99.5, 100);

describe('breakout', () => {
  const closing = (close: number, highBefore = 100.5, at = 1) => {
    const bar = candle(100, 110, 99, close);
    const candles = Array.from({ length: 40 }, () => still)
      .with(-1 - at, { ...still, high: highBefore })
      .with(-1, bar);
    return breakout.holds(levelReading({ candles, bar }));
  };

  it('is a close beyond the extreme, not level with it, and not a high beyond it', () => {
    expect(closing(100.51)).toBe(true);
    expect(closing(100.5)).toBe(false);
  });

  it('looks at the twenty bars before, no further and not at the bar itself', () => {
    expect(closing(102, 103, 1)).toBe(false);
    expect(closing(102, 103, 20)).toBe(false);
    expect(closing(102, 103, 21)).toBe(true);
  });
});

describe('spring-upthrust', () => {
  it('is a spring of the reading; of a market read upside down that is an upthrust', () => {
    const dip = candle(99.6, 100, 99, 99.8);
    const candles = Array.from({ length: 40 }, () => still).with(-1, dip);
    expect(springUpthrust.holds(levelReading({ candles, bar: dip }))).toBe(true);
    expect(springUpthrust.holds(levelReading())).toBe(false);
  });
});

describe('pullback', () => {
  const coming = (low: number, close: number) => pullback.holds(levelReading({ bar: candle(101, 102, low, close) }));

  it.each([
    [100.25, 101, true],
    [100.26, 101, false],
    [99.75, 101, true],
    [99.74, 101, false],
  ])('with a low of %d by an average of 100 and an ATR of 1: %s', (low, close, holds) => {
    expect(coming(low, close)).toBe(holds);
  });

  it('closes away from the average again', () => {
    expect(coming(99.9, 100.01)).toBe(true);
    expect(coming(99.9, 100)).toBe(false);
  });
});

describe('engulfing', () => {
  const after = (previous: Candle, bar: Candle) => engulfing.holds(levelReading({ previous, bar }));
  const fallen = candle(101, 101.5, 99.5, 100);

  it.each([
    ['covers it and more', candle(99.9, 102, 99, 101.2), true],
    ['shares one end with it', candle(100, 102, 99, 101.2), true],
    ['is as long as it', candle(100, 102, 99, 101), false],
    ['stops short of its top', candle(99, 102, 98, 100.9), false],
    ['begins above its bottom', candle(100.1, 103, 100, 102), false],
    ['goes the other way', candle(101.2, 102, 99, 99.9), false],
  ])('is a body that %s', (_, bar, holds) => {
    expect(after(fallen, bar)).toBe(holds);
  });

  it('takes the body before whichever way that went, but there must be one', () => {
    expect(after(candle(100, 101.5, 99.5, 101), candle(99.9, 102, 99, 101.2))).toBe(true);
    expect(after(candle(100, 101.5, 99.5, 100), candle(99.9, 102, 99, 101.2))).toBe(false);
  });
});

describe('pin-bar', () => {
  const of = (bar: Candle) => pinBar.holds(levelReading({ bar }));

  it.each([
    ['two bodies long', candle(102, 103, 100, 103), true],
    ['two bodies long in prices that no binary fraction hits', candle(1.2002, 1.2003, 1.2, 1.2003), true],
    ['a little shorter', candle(102, 103.01, 100, 103.01), false],
    ['six tenths of the range', candle(103, 105, 100, 103), true],
    ['less than that', candle(103, 105.01, 100, 103), false],
    ['on the counted side', candle(100, 103, 100, 101), false],
  ])('has a wick that is %s', (_, bar, holds) => {
    expect(of(bar)).toBe(holds);
  });

  it('is no bar without a range', () => {
    expect(of(candle(100, 100, 100, 100))).toBe(false);
  });
});
