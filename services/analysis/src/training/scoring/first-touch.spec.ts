import { bar } from '../../../test/markets.ts';
import type { BarWindow } from '../../domain/bar-window.ts';
import type { Candle } from '../../domain/reading.ts';
import { HORIZON_BARS } from '../../domain/outcome/outcome.ts';
import { firstTouch, held } from './first-touch.ts';

/** Entered at 100 with an ATR of 2: for long the stop is 97 and the target 106, for short 103 and 94. */
const ATR = 2;
const still: Candle = { open: 100, high: 100.5, low: 99.5, close: 100 };
const after = (...later: readonly Partial<Candle>[]): BarWindow =>
  Array.from({ length: HORIZON_BARS + 1 }, (_, at) => bar(at, { ...still, ...(at > 0 ? later[at - 1] : {}) }));
const upsideDown = (bars: BarWindow): BarWindow =>
  bars.map(({ open, high, low, close, ...rest }) => ({
    ...rest,
    open: 200 - open,
    high: 200 - low,
    low: 200 - high,
    close: 200 - close,
  }));

describe('a trade', () => {
  it.each([
    ['touches its target', after({ high: 106 }), { won: true, gainR: 2 }],
    ['falls a little short of it', after({ high: 105.99 }), { won: false, gainR: 0 }],
    ['touches its stop', after({ low: 97 }), { won: false, gainR: -1 }],
    ['touches its stop first', after({ low: 97 }, { high: 106 }), { won: false, gainR: -1 }],
    ['touches its target first', after({ high: 106 }, { low: 90 }), { won: true, gainR: 2 }],
    ['touches both in one bar, which counts as the stop', after({ high: 107, low: 96 }), { won: false, gainR: -1 }],
    ['opens beyond its stop', after({ open: 94, low: 93 }), { won: false, gainR: -2 }],
    ['opens beyond its target, and is paid the target', after({ open: 109, high: 110 }), { won: true, gainR: 2 }],
    [
      'ends at the last close',
      after(...Array<Candle>(HORIZON_BARS).fill({ ...still, high: 103, close: 103 })),
      { won: false, gainR: 1 },
    ],
    [
      'touches its target in the last bar',
      after(...Array<Candle>(19).fill(still), { high: 106 }),
      { won: true, gainR: 2 },
    ],
  ])('that %s', (_, bars, result) => {
    expect(firstTouch('long', bars, 0, ATR)).toEqual(result);
    expect(firstTouch('short', upsideDown(bars), 0, ATR)).toEqual(result);
  });

  it('does not look at the bar that it was entered in', () => {
    const bars = after().with(0, bar(0, { ...still, high: 110, low: 90 }));
    expect(firstTouch('long', bars, 0, ATR)).toEqual({ won: false, gainR: 0 });
  });

  it('is not known until all its bars are there, though it may be over', () => {
    expect(firstTouch('long', after({ high: 106 }).slice(0, -1), 0, ATR)).toBeNull();
  });

  it('that is only held ends where the last bar closes', () => {
    const bars = after({ low: 1 }).with(HORIZON_BARS, bar(HORIZON_BARS, { ...still, high: 106, close: 106 }));
    expect(held(bars, 0, ATR)).toBe(2);
  });
});
