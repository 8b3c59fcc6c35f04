import type { Phase } from '@tocsin/contracts';
import fc from 'fast-check';
import { anyMarket, bar } from '../../../test/markets.ts';
import { describeWith, sharedBars, sharedText } from '../../../test/shared-data.ts';
import { WINDOW_BARS, type BarWindow } from '../bar-window.ts';
import { hearing, uncommitted } from '../commitment.ts';
import { upsideDown } from '../market-state.ts';
import { PHASE_NEEDS_BARS, phaseReader, phaseReading, type PhaseReading } from './phase-reading.ts';

const phaseReadings = (bars: BarWindow): readonly PhaseReading[] => {
  const read = phaseReader(bars);
  return bars.map((_, at) => read(at));
};

const mirrored = (bars: BarWindow, k: number): BarWindow =>
  bars.map((each) => ({ ...each, open: k - each.open, high: k - each.low, low: k - each.high, close: k - each.close }));

/**
 * A trend, and then a range of 45 bars whose closes swing as a sine. `upVolume` and `downVolume` are those of bars that
 * close above and below the close before.
 */
function trendThenRange(perBar: number, upVolume: number, downVolume: number): BarWindow {
  const trend = Array.from({ length: 90 }, (_, at) => 200 + perBar * at);
  const level = trend.at(-1) ?? 0;
  const closes = [...trend, ...Array.from({ length: 45 }, (_, at) => level + 2 * Math.sin(at / 3))];
  return closes.map((close, at) => {
    const before = closes[at - 1] ?? close;
    const volume = close > before ? upVolume : downVolume;
    return bar(
      at,
      { open: before, close, high: Math.max(before, close) + 0.2, low: Math.min(before, close) - 0.2 },
      volume,
    );
  });
}

const newestPhase = (bars: BarWindow): Phase | undefined => phaseReadings(bars).at(-1)?.phase;

describe('the phase of a made-up market', () => {
  it.each([
    ['fell, and then is bought in a range', -0.5, 150, 100, 'accumulation'],
    ['fell, and then is sold in a range', -0.5, 100, 150, 'redistribution'],
    ['rose, and then is sold in a range', 0.5, 100, 150, 'distribution'],
    ['rose, and then is bought in a range', 0.5, 150, 100, 'reaccumulation'],
    ['was level before its range', 0, 150, 100, 'unknown'],
  ] as const)('that %s', (_, perBar, upVolume, downVolume, phase) => {
    expect(newestPhase(trendThenRange(perBar, upVolume, downVolume))).toBe(phase);
  });

  it('that goes on rising, or falling, is a trend of full confidence', () => {
    const along = (perBar: number) =>
      phaseReadings(
        Array.from({ length: 150 }, (_, at) => bar(at, { open: 200 + perBar * (at - 1), close: 200 + perBar * at })),
      );
    expect(along(0.5).at(-1)).toEqual({ phase: 'markup', confidence: 1, volumeTrend: 'flat' });
    expect(along(-0.5).at(-1)).toEqual({ phase: 'markdown', confidence: 1, volumeTrend: 'flat' });
  });

  it('that stands still is unknown', () => {
    expect(phaseReadings(Array.from({ length: 150 }, (_, at) => bar(at, 1.1))).at(-1)).toEqual({
      phase: 'unknown',
      confidence: 0,
      volumeTrend: 'unknown',
    });
  });

  it('is told from its 114th bar on', () => {
    const readings = phaseReadings(trendThenRange(-0.5, 150, 100));
    expect(readings.findIndex(({ volumeTrend }) => volumeTrend !== 'unknown')).toBe(PHASE_NEEDS_BARS - 1);
    expect(PHASE_NEEDS_BARS).toBe(114);
  });
});

describe('the phases of any market', () => {
  const RUNS = { numRuns: 50 };
  const market = anyMarket({ min: 150, max: 200 });

  it('of the mirrored market (p -> K - p) are the mirrored phases, as sure', () => {
    fc.assert(
      fc.property(market, (bars) => {
        const there = phaseReadings(bars).map((reading) => ({ ...reading, phase: upsideDown(reading.phase) }));
        expect(phaseReadings(mirrored(bars, 40_000))).toEqual(there);
      }),
      RUNS,
    );
  });

  it('do not depend on the units of prices and volumes', () => {
    const unit = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(market, unit, unit, (bars, prices, volumes) => {
        const scaled = bars.map(({ open, high, low, close, volume, ...rest }) => ({
          ...rest,
          open: open * prices,
          high: high * prices,
          low: low * prices,
          close: close * prices,
          volume: volume * volumes,
        }));
        expect(phaseReadings(scaled)).toEqual(phaseReadings(bars));
      }),
      RUNS,
    );
  });

  it('do not change when later bars come', () => {
    fc.assert(
      fc.property(market, fc.integer({ min: 114, max: 149 }), (bars, cut) => {
        expect(phaseReadings(bars.slice(0, cut))).toEqual(phaseReadings(bars).slice(0, cut));
      }),
      RUNS,
    );
  });

  it('come out the same, a bar at a time and all at once', () => {
    fc.assert(
      fc.property(
        market,
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (bars, atStart, atEnd) => {
          const atr = { atStart, atEnd };
          expect(phaseReading(bars, atr)).toEqual(phaseReading(bars.slice(-PHASE_NEEDS_BARS), atr));
        },
      ),
      RUNS,
    );
  });
});

interface Golden {
  readonly n: number;
  readonly committed: Readonly<Record<string, number>>;
  readonly switches: number;
}

/** What is committed after each bar, counted as the reference counts it. */
function counted(phases: readonly Phase[]): Golden {
  const days = new Map<Phase, number>();
  let switches = 0;
  let commitment = uncommitted<Phase>('unknown');
  for (const phase of phases) {
    const next = hearing(commitment, phase);
    if (next.committed !== commitment.committed) switches += 1;
    days.set(next.committed, (days.get(next.committed) ?? 0) + 1);
    commitment = next;
  }
  const share = (count: number) => Math.round((count / phases.length) * 10_000) / 10_000;
  const committed = Object.fromEntries(
    [...days].sort(([a], [b]) => a.localeCompare(b)).map(([phase, count]) => [phase, share(count)]),
  );
  return { n: phases.length, committed, switches };
}

const GOLDEN = 'golden_wyckoff.json';

describe.each([
  ['skender_spx.csv', 'traded'],
  ['spy_1d_raw_lean.csv', 'traded'],
  ['eurusd_1h_oanda_mid_2017_2018.csv', 'none'],
] as const)('the phases of %s', (name, volumeKind) => {
  describeWith(GOLDEN, name)('beside those that were computed elsewhere', () => {
    const golden = (JSON.parse(sharedText(GOLDEN)) as Readonly<Record<string, Golden>>)[name];
    const bars = sharedBars(name, volumeKind);

    it('have the same shares of all bars, and change as often', () => {
      expect(counted(phaseReadings(bars).map(({ phase }) => phase))).toEqual(golden);
    });

    it('are the same where only the stored window is known', () => {
      const ends = Array.from({ length: 40 }, (_, at) => bars.length - at * 97).filter((end) => end >= WINDOW_BARS);
      const all = phaseReadings(bars);
      for (const end of ends) {
        expect(phaseReader(bars.slice(end - WINDOW_BARS, end))(WINDOW_BARS - 1)).toEqual(all[end - 1]);
      }
    });
  });
});
