import fc from 'fast-check';
import { anyMarket, bar, sp500 } from '../../../test/markets.ts';
import { WINDOW_BARS, withBar, type BarWindow } from '../bar-window.ts';
import { measure } from '../measures/measures.ts';
import type { Phase } from '../market-state.ts';
import { upsideDown } from '../market-state.ts';
import { FEATURE_NAMES, featuresFrom, type Features, type Outlook } from './features.ts';

const market = anyMarket({ min: 200, max: 230 });
const outlook: fc.Arbitrary<Outlook> = fc.record({
  turbulent: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  phase: fc.constantFrom<Phase>('accumulation', 'reaccumulation', 'markup', 'distribution', 'markdown', 'unknown'),
});
const NOBODY_KNOWS: Outlook = { turbulent: null, phase: 'unknown' };
const long = (window: BarWindow, seen: Outlook = NOBODY_KNOWS): Features =>
  featuresFrom('long', window, measure(window), seen);
const short = (window: BarWindow, seen: Outlook = NOBODY_KNOWS): Features =>
  featuresFrom('short', window, measure(window), seen);

const scaled = (window: BarWindow, prices: number, volumes: number): BarWindow =>
  window.map(({ open, high, low, close, volume, ...rest }) => ({
    ...rest,
    open: open * prices,
    high: high * prices,
    low: low * prices,
    close: close * prices,
    volume: volume * volumes,
  }));

const mirrored = (window: BarWindow, k: number): BarWindow =>
  window.map(({ open, high, low, close, ...rest }) => ({
    ...rest,
    open: k - open,
    high: k - low,
    low: k - high,
    close: k - close,
  }));

function expectClose(one: Features, other: Features, names: readonly (keyof Features)[] = FEATURE_NAMES): void {
  for (const name of names) {
    const size = Math.max(1, Math.abs(one[name]));
    expect([name, Math.abs(one[name] - other[name]) <= 1e-7 * size]).toEqual([name, true]);
  }
}

/** What depends on the level of prices and not only on how far they go. */
const OF_THE_LEVEL: readonly (keyof Features)[] = [
  'log_return_1_per_atr',
  'log_return_5_per_atr',
  'log_return_20_per_atr',
  'atr_per_close',
];

describe('the features of a bar', () => {
  it('do not change when later bars come', () => {
    const along = (bars: BarWindow): readonly Features[] => {
      const seen: Features[] = [];
      bars.reduce<BarWindow>((window, each) => {
        const next = withBar(window, each);
        if (next.length >= 200) seen.push(long(next));
        return next;
      }, []);
      return seen;
    };
    fc.assert(
      fc.property(anyMarket({ min: 200, max: 215 }), anyMarket({ min: 1, max: 10 }), (bars, later) => {
        const after = later.map((each, at) => ({ ...bar(bars.length + at, each), volume: each.volume }));
        expect(along([...bars, ...after]).slice(0, bars.length - 199)).toEqual(along(bars));
      }),
      { numRuns: 20 },
    );
  });

  it('do not depend on the units of prices and volumes', () => {
    const unit = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(market, outlook, unit, unit, (window, seen, prices, volumes) => {
        expectClose(long(scaled(window, prices, volumes), seen), long(window, seen));
      }),
    );
  });

  it('are those of the other side in the mirrored market (p -> K - p), but for what its level makes', () => {
    fc.assert(
      fc.property(market, outlook, (window, seen) => {
        const there = long(mirrored(window, 40_000), { ...seen, phase: upsideDown(seen.phase) });
        expectClose(
          there,
          short(window, seen),
          FEATURE_NAMES.filter((name) => !OF_THE_LEVEL.includes(name)),
        );
      }),
    );
  });

  it('change their sign with the side, or their distance from the middle, or not at all', () => {
    fc.assert(
      fc.property(market, outlook, (window, seen) => {
        const one = long(window, seen);
        const other = short(window, seen);
        for (const name of [
          'log_return_5_per_atr',
          'macd_histogram_per_atr',
          'ema20_distance_per_atr',
          'phase',
        ] as const)
          expect(other[name] + one[name]).toBe(0);
        expect(other.rsi14 + one.rsi14).toBeCloseTo(100, 9);
        expect(other.bollinger_percent_b + one.bollinger_percent_b).toBeCloseTo(1, 9);
        for (const name of ['adx14', 'atr_per_close', 'volume_ratio', 'turbulent_probability'] as const)
          expect(other[name]).toBe(one[name]);
      }),
    );
  });
});

describe('the features of real S&P 500 bars', () => {
  const bars = sp500();
  const end = bars.findIndex(({ openAt }) => openAt.startsWith('2008-10-10')) + 1;
  const window = bars.slice(end - WINDOW_BARS, end);

  it('are what their names say', () => {
    const { atr14, macdHistogram, ema50, bands, rsi14, adx14, relativeVolume, close } = measure(window);
    const before = window.at(-6)?.close ?? 0;
    expect(long(window, { turbulent: 0.99, phase: 'markdown' })).toMatchObject({
      log_return_5_per_atr: expect.closeTo(Math.log(close / before) / (atr14 / close), 12) as number,
      macd_histogram_per_atr: macdHistogram / atr14,
      ema50_distance_per_atr: (close - ema50) / atr14,
      bollinger_percent_b: (close - bands.lower) / (bands.upper - bands.lower),
      atr_per_close: atr14 / close,
      rsi14,
      adx14,
      volume_ratio: relativeVolume,
      turbulent_probability: 0.99,
      phase: -1,
    });
  });

  it('are those of nothing unusual where nothing is known', () => {
    const silent = window.map((each) => ({ ...each, volumeKind: 'none' as const }));
    expect(long(silent)).toMatchObject({ volume_ratio: 1, turbulent_probability: 0.5, phase: 0 });
  });

  it('are numbers in a market that stands still, too', () => {
    const still = Array.from({ length: 220 }, (_, at) => bar(at, 100));
    expect(long(still)).toMatchObject({
      log_return_20_per_atr: 0,
      ema50_distance_per_atr: 0,
      bollinger_percent_b: 0.5,
      atr_per_close: 0,
    });
  });
});
