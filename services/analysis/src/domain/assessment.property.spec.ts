import { decimalOf } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { anyMarket, bar, sp500 } from '../../test/markets.ts';
import { assess, decided } from './assessment.ts';
import { WINDOW_BARS, withBar, type BarWindow, type PriceBar } from './bar-window.ts';
import { measure } from './measures/measures.ts';
import { upsideDown, type MarketState, type Phase, type Regime } from './market-state.ts';
import { RULES_1 } from './rules/rules-1.ts';

const RUNS = { numRuns: 100 };
const market = anyMarket({ min: 200, max: 260 });
const committed: fc.Arbitrary<MarketState> = fc.record({
  regime: fc.constantFrom<Regime>('CALM', 'TURBULENT', 'unknown'),
  phase: fc.constantFrom<Phase>(
    'accumulation',
    'reaccumulation',
    'markup',
    'distribution',
    'redistribution',
    'markdown',
    'unknown',
  ),
});
const UNKNOWN: MarketState = { regime: 'unknown', phase: 'unknown' };

function judged(window: BarWindow, state: MarketState = UNKNOWN) {
  const newest = window.at(-1) ?? bar(0, 100);
  const said = (price: number) => decimalOf(price, 6);
  const quoted = { open: said(newest.open), high: said(newest.high), low: said(newest.low), close: said(newest.close) };
  return assess(
    RULES_1,
    { window, measures: measure(window), market: state, turbulent: null, isEventNear: false },
    quoted,
    null,
  );
}

/** What must not depend on units, and must only change sides when the market does. */
const verdict = (window: BarWindow, state?: MarketState) => {
  const { bias, parts, compositeScore, redFlags, decision } = judged(window, state);
  return { bias, parts, compositeScore, redFlags, decision };
};

const OTHER_SIDE = { long: 'short', short: 'long', none: 'none' } as const;
const OTHER_DECISION = { BUY: 'SELL', SELL: 'BUY', HOLD: 'HOLD', NO_TRADE: 'NO_TRADE' } as const;

const mirrored = (window: BarWindow, k: number): BarWindow =>
  window.map((each) => ({
    ...each,
    open: k - each.open,
    high: k - each.low,
    low: k - each.high,
    close: k - each.close,
  }));

const scaled = (window: BarWindow, prices: number, volumes: number): BarWindow =>
  window.map(({ open, high, low, close, volume, ...rest }) => ({
    ...rest,
    open: open * prices,
    high: high * prices,
    low: low * prices,
    close: close * prices,
    volume: volume * volumes,
  }));

describe('an assessment', () => {
  it('of the mirrored market (p -> K - p) has the other bias and the same points', () => {
    fc.assert(
      fc.property(market, committed, (window, state) => {
        const there = verdict(window, state);
        const back = verdict(mirrored(window, 40_000), { ...state, phase: upsideDown(state.phase) });
        expect(back).toEqual({ ...there, bias: OTHER_SIDE[there.bias], decision: OTHER_DECISION[there.decision] });
      }),
      RUNS,
    );
  });

  it('does not depend on the units of prices and volumes', () => {
    const unit = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(market, committed, unit, unit, (window, state, prices, volumes) => {
        expect(verdict(scaled(window, prices, volumes), state)).toEqual(verdict(window, state));
      }),
      RUNS,
    );
  });

  it('of a bar does not change when later bars come', () => {
    const along = (bars: BarWindow): readonly string[] => {
      const said: string[] = [];
      bars.reduce<BarWindow>((window, each) => {
        const next = withBar(window, each);
        if (next.length >= RULES_1.needsBars) said.push(JSON.stringify(judged(next)));
        return next;
      }, []);
      return said;
    };
    fc.assert(
      fc.property(anyMarket({ min: 215, max: 225 }), fc.integer({ min: 200, max: 214 }), (bars, cut) => {
        expect(along(bars.slice(0, cut))).toEqual(along(bars).slice(0, cut + 1 - RULES_1.needsBars));
      }),
      { numRuns: 20 },
    );
  });

  it('of the same 512 bars is the same bytes, however the window came about', () => {
    const bars = sp500().slice(0, 1_500);
    const folded = bars.reduce<BarWindow>(withBar, []);
    const loaded = JSON.parse(JSON.stringify(bars.slice(-WINDOW_BARS))) as readonly PriceBar[];

    const bytes = JSON.stringify(judged(folded));
    expect(JSON.stringify(judged(folded))).toBe(bytes);
    expect(JSON.stringify(judged(loaded))).toBe(bytes);
  });

  it('of a market that stands still is that there is nothing to trade', () => {
    const still = Array.from({ length: 300 }, (_, at) => bar(at, 1.1));
    expect(judged(still)).toMatchObject({
      bias: 'none',
      decision: 'NO_TRADE',
      redFlags: ['NO_PATTERN', 'ATR_MISSING_OR_ZERO'],
      ruleScore: 3, // The regime is not known.
      exits: null,
    });
  });

  it('gives exits to a BUY and a SELL, and to nothing else', () => {
    const bars = sp500();
    const decisions = new Set<string>();
    for (let end = WINDOW_BARS; end <= bars.length; end += 25) {
      const { decision, exits, bias } = judged(bars.slice(end - WINDOW_BARS, end));
      decisions.add(decision);
      expect(exits !== null).toBe(decision === 'BUY' || decision === 'SELL');
      if (decision === 'BUY') expect(bias).toBe('long');
      if (decision === 'SELL') expect(bias).toBe('short');
    }
    expect([...decisions].sort()).toEqual(['BUY', 'HOLD', 'NO_TRADE', 'SELL']);
  });
});

describe('the decision', () => {
  it.each([
    ['long', 70, [], 'BUY'],
    ['short', 70, [], 'SELL'],
    ['long', 69.9999, [], 'HOLD'],
    ['none', 100, [], 'HOLD'],
    ['long', 100, ['VOLUME'], 'NO_TRADE'],
  ] as const)('with a bias of %s, a composite of %d and flags %p is %s', (bias, composite, flags, decision) => {
    expect(decided(bias, composite, flags)).toBe(decision);
  });
});
