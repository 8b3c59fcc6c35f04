import type { BarWindow } from './bar-window.ts';
import { biasOf, type Bias, type Side } from './bias.ts';
import type { Measures } from './measures/measures.ts';
import { RANGE_BARS } from './measures/spring.ts';
import { upsideDown, type MarketState, type Phase, type Regime } from './market-state.ts';

/** A bar's prices. */
export interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/**
 * One window as the rules see it: from the counted side. Every rule is written for long alone; for short the market is
 * read upside down (p becomes -p, which is exact), so a rule cannot treat the two sides differently.
 */
export interface Reading {
  /** The newest `RANGE_BARS` bars, oldest first. */
  readonly candles: readonly Candle[];
  /** The newest bar, and the one before. */
  readonly bar: Candle;
  readonly previous: Candle;
  readonly ema20: number;
  readonly ema50: number;
  readonly ema50Before: number;
  readonly adx14: number;
  readonly rsi14: number;
  readonly macdHistogram: number;
  readonly atr14: number;
  /** The Bollinger middle, and the band on the counted side. */
  readonly middleBand: number;
  readonly outerBand: number;
  readonly relativeVolume: number | null;
  /** The bias of the higher timeframe: `long` is the counted side's own. */
  readonly higherBias: Bias;
  readonly regime: Regime;
  /** The committed phase, a long market's words for the counted side's own. */
  readonly phase: Phase;
  /** Prices nearer than this are the same price. */
  readonly noise: number;
}

/** Reads a window from one side. The window holds `RANGE_BARS` bars at least. */
export function readingFrom(side: Side, window: BarWindow, measures: Measures, market: MarketState): Reading {
  const candles: readonly Candle[] = window.slice(-RANGE_BARS);
  return side === 'long'
    ? upright(candles, measures, market)
    : upright(candles.map(flippedCandle), flippedMeasures(measures), { ...market, phase: upsideDown(market.phase) });
}

function upright(candles: readonly Candle[], measures: Measures, { regime, phase }: MarketState): Reading {
  const bar = candles.at(-1);
  const previous = candles.at(-2);
  if (bar === undefined || previous === undefined)
    throw new RangeError('a window of fewer than two bars has no reading');

  const { ema20, ema50, ema50Before, adx14, rsi14, macdHistogram, atr14, bands, relativeVolume, higher, noise } =
    measures;
  return {
    candles,
    bar,
    previous,
    ema20,
    ema50,
    ema50Before,
    adx14,
    rsi14,
    macdHistogram,
    atr14,
    relativeVolume,
    regime,
    phase,
    noise,
    middleBand: bands.middle,
    outerBand: bands.upper,
    higherBias: biasOf(higher, noise),
  };
}

const flippedCandle = ({ open, high, low, close }: Candle): Candle => ({
  open: -open,
  high: -low,
  low: -high,
  close: -close,
});

function flippedMeasures(measures: Measures): Measures {
  const { bands, higher } = measures;
  return {
    close: -measures.close,
    ema20: -measures.ema20,
    ema50: -measures.ema50,
    ema50Before: -measures.ema50Before,
    adx14: measures.adx14,
    rsi14: 100 - measures.rsi14,
    macdHistogram: -measures.macdHistogram,
    atr14: measures.atr14,
    atr14AtRange: measures.atr14AtRange,
    bands: { lower: -bands.upper, middle: -bands.middle, upper: -bands.lower },
    relativeVolume: measures.relativeVolume,
    higher: { close: -higher.close, ema20: -higher.ema20, ema50: -higher.ema50 },
    noise: measures.noise,
  };
}
