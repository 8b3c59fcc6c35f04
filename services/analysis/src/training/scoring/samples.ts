import { decimalOf } from '@tocsin/domain-kit';
import { assess, type MarketView } from '../../domain/assessment.ts';
import { WINDOW_BARS, type BarWindow } from '../../domain/bar-window.ts';
import type { Side } from '../../domain/bias.ts';
import { isAbove } from '../../domain/comparison.ts';
import { measure } from '../../domain/measures/measures.ts';
import { FEATURE_NAMES, featuresFrom } from '../../domain/model/features.ts';
import type { RegimeModel } from '../../domain/regime/regime-model.ts';
import { RULES_1 } from '../../domain/rules/rules-1.ts';
import { firstTouch, held, type TradeResult } from './first-touch.ts';
import { watcher } from './sight.ts';

/** One bar that had a bias: what could be known at its close, and what came of it. */
export interface Sample {
  /** The number of the bar among all. */
  readonly at: number;
  readonly side: Side;
  /** By the order of `FEATURE_NAMES`. */
  readonly row: readonly number[];
  /** The score of the rules alone, 0 to 100, and whether anything forbade a trade. */
  readonly ruleScore: number;
  readonly isForbidden: boolean;
  /** What came of a trade on its side, with stop and target. */
  readonly trade: TradeResult;
  /** What came of buying and holding for as long, as a multiple of the same risk. */
  readonly heldR: number;
}

/**
 * Makes samples of bars exactly as the live service reads them: from the newest 512 bars up to each, and from no later
 * one. Bars without a bias, of a market that stood still, or whose trade has not ended are none.
 */
export function samplesOf(bars: BarWindow, regimeModel: RegimeModel | null): readonly Sample[] {
  const watch = watcher(regimeModel);
  const samples: Sample[] = [];
  for (let at = RULES_1.needsBars - 1; at < bars.length; at += 1) {
    const window = bars.slice(Math.max(0, at + 1 - WINDOW_BARS), at + 1);
    const measures = measure(window);
    const view = { window, measures, isEventNear: false, ...watch(window, measures) };
    const sample = sampleOf(view, bars, at);
    if (sample !== null) samples.push(sample);
  }
  return samples;
}

function sampleOf(view: MarketView, bars: BarWindow, at: number): Sample | null {
  const { window, measures, market, turbulent } = view;
  const newest = window.at(-1);
  if (newest === undefined) return null;
  const { bias, ruleScore, redFlags } = assess(RULES_1, view, quoted(newest), null);
  if (bias === 'none' || !isAbove(measures.atr14, 0, measures.noise)) return null;

  const trade = firstTouch(bias, bars, at, measures.atr14);
  if (trade === null) return null;
  const features = featuresFrom(bias, window, measures, { turbulent, phase: market.phase });
  return {
    at,
    side: bias,
    row: FEATURE_NAMES.map((name) => features[name]),
    ruleScore,
    isForbidden: redFlags.length > 0,
    trade,
    heldR: held(bars, at, measures.atr14),
  };
}

/** Only exit levels are made of quoted prices, and they do not count here. */
const quoted = ({ open, high, low, close }: BarWindow[number]) => ({
  open: decimalOf(open, 6),
  high: decimalOf(high, 6),
  low: decimalOf(low, 6),
  close: decimalOf(close, 6),
});
