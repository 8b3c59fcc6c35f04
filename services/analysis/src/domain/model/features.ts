import { assert } from '@tocsin/domain-kit';
import type { BarWindow } from '../bar-window.ts';
import type { Side } from '../bias.ts';
import { isAbove } from '../comparison.ts';
import type { Measures } from '../measures/measures.ts';
import type { Phase } from '../market-state.ts';

/** The version of the definitions below. They never change once a model was released by them: copy them to a new set. */
export const FEATURE_SET = 'features-1';

/** What the features of this set are called, in the order in which they are told. */
export const FEATURE_NAMES = [
  'log_return_1_per_atr',
  'log_return_5_per_atr',
  'log_return_20_per_atr',
  'rsi14',
  'macd_histogram_per_atr',
  'adx14',
  'atr_per_close',
  'ema20_distance_per_atr',
  'ema50_distance_per_atr',
  'bollinger_percent_b',
  'volume_ratio',
  'turbulent_probability',
  'phase',
] as const;

export type FeatureName = (typeof FEATURE_NAMES)[number];

/** One number for each feature. */
export type Features = Readonly<Record<FeatureName, number>>;

/** What is known of a market besides its bars, as far as a model looks at it. */
export interface Outlook {
  /** How probable the turbulent state is, 0 to 1; null where no regime model tells. */
  readonly turbulent: number | null;
  readonly phase: Phase;
}

/** What is said of a turbulence that nobody knows: neither state. */
const EITHER_STATE = 0.5;

/**
 * The newest bar of a window in numbers without a unit, as seen from `side`: what speaks for a long trade in an upright
 * market speaks for a short one in the same market upside down. So one model has one set of weights for both sides.
 *
 * Seen from the short side signs change (returns, MACD, distances, phase), RSI14 becomes 100 - RSI14 and %b becomes
 * 1 - %b; ADX14, ATR, volume and turbulence have no side. In the mirrored market (p -> K - p) the features seen from
 * the other side are the same but for what depends on the level of prices: the returns' logarithms and ATR / close.
 *
 * @param measures of the same window.
 */
export function featuresFrom(side: Side, window: BarWindow, measures: Measures, outlook: Outlook): Features {
  const { close, atr14, bands, rsi14, adx14, noise } = measures;
  const sign = side === 'long' ? 1 : -1;
  // A market that stands still has no ATR to divide by. Nothing moves there, so its ratios are none.
  const inAtr = (distance: number): number => (isAbove(atr14, 0, noise) ? (sign * distance) / atr14 : 0);
  const returnInAtr = (bars: number): number => inAtr(Math.log(close / closeBefore(window, bars)) * close);
  const percentB = isAbove(bands.upper, bands.lower, noise) ? (close - bands.lower) / (bands.upper - bands.lower) : 0.5;

  const features: Features = {
    log_return_1_per_atr: returnInAtr(1),
    log_return_5_per_atr: returnInAtr(5),
    log_return_20_per_atr: returnInAtr(20),
    rsi14: side === 'long' ? rsi14 : 100 - rsi14,
    macd_histogram_per_atr: inAtr(measures.macdHistogram),
    adx14,
    atr_per_close: atr14 / close,
    ema20_distance_per_atr: inAtr(close - measures.ema20),
    ema50_distance_per_atr: inAtr(close - measures.ema50),
    bollinger_percent_b: side === 'long' ? percentB : 1 - percentB,
    volume_ratio: measures.relativeVolume ?? 1, // A volume that is not known is an ordinary one.
    turbulent_probability: outlook.turbulent ?? EITHER_STATE,
    phase: sign * PHASE_SIGNS[outlook.phase],
  };
  assert(Object.values(features).every(Number.isFinite), 'every feature of a bar is a number');
  return features;
}

/** Which way a phase leads: up, down, or nobody knows. */
const PHASE_SIGNS: Readonly<Record<Phase, number>> = {
  accumulation: 1,
  reaccumulation: 1,
  markup: 1,
  distribution: -1,
  redistribution: -1,
  markdown: -1,
  unknown: 0,
};

const closeBefore = (window: BarWindow, bars: number): number => window.at(-1 - bars)?.close ?? Number.NaN;
