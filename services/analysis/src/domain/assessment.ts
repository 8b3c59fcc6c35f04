import type { FinalDecision, RulePart } from '@tocsin/contracts';
import type { BarWindow } from './bar-window.ts';
import { biasOf, countedSide, type Bias } from './bias.ts';
import { exitLevels, type ExitLevels, type QuotedBar } from './exit-levels.ts';
import type { MarketState } from './market-state.ts';
import type { Measures } from './measures/measures.ts';
import type { LinearModel } from './model/linear-model.ts';
import { opinionOf, type Opinion } from './model/opinion.ts';
import { readingFrom } from './reading.ts';
import { redFlags, type RedFlag } from './red-flags.ts';
import { scored, type RuleBook } from './rules/rule-book.ts';
import { compositeScore, ruleScore } from './score.ts';

/** A composite from here on is worth acting on; the stored score is what is compared. */
export const ACTIONABLE_SCORE = 70;

/** Everything that is known of a market as of its newest bar. */
export interface MarketView {
  readonly window: BarWindow;
  /** Of that window. */
  readonly measures: Measures;
  readonly market: MarketState;
  /** How probable the turbulent state is, 0 to 1; null where no regime model tells. */
  readonly turbulent: number | null;
  /** Whether something happens about now around which nothing is traded. */
  readonly isEventNear: boolean;
}

/** What a window comes to, and everything that explains it. */
export interface Assessment {
  readonly bias: Bias;
  readonly parts: readonly RulePart[];
  readonly ruleScore: number;
  /** What the model says; null where there is none. */
  readonly opinion: Opinion | null;
  readonly compositeScore: number;
  readonly redFlags: readonly RedFlag[];
  /** What to do. HOLD is an answer, NO_TRADE a prohibition. */
  readonly decision: FinalDecision;
  /** Only of a BUY or a SELL. */
  readonly exits: ExitLevels | null;
}

/** A model, and its share of the composite, 0 to 1. */
export interface WeighedModel {
  readonly model: LinearModel;
  readonly weight: number;
}

/**
 * Judges the newest bar of a window.
 * @param quoted the same bar, as it was said.
 * @throws {ModelFailure} when the model has no answer.
 */
export function assess(
  book: RuleBook,
  { window, measures, market, turbulent, isEventNear }: MarketView,
  quoted: QuotedBar,
  model: WeighedModel | null,
): Assessment {
  const { noise } = measures;
  const bias = biasOf(measures, noise);
  const side = countedSide(bias, measures, noise);
  const parts = scored(book, readingFrom(side, window, measures, market));

  const rules = ruleScore(book.parts, parts);
  const opinion = model && opinionOf(model.model, side, window, measures, { turbulent, phase: market.phase });
  const composite = compositeScore(rules, opinion && { score: opinion.score, weight: model.weight });
  const flags = redFlags(parts, measures, noise, isEventNear);
  const decision = decided(bias, composite, flags);
  const acts = bias !== 'none' && (decision === 'BUY' || decision === 'SELL');
  return {
    bias,
    parts,
    ruleScore: rules,
    opinion,
    compositeScore: composite,
    redFlags: flags,
    decision,
    exits: acts ? exitLevels(bias, quoted, measures.atr14) : null,
  };
}

/** A red flag forbids any trade; else a score worth acting on goes the way of the bias. */
export function decided(bias: Bias, composite: number, flags: readonly RedFlag[]): FinalDecision {
  if (flags.length > 0) return 'NO_TRADE';
  if (composite < ACTIONABLE_SCORE || bias === 'none') return 'HOLD';
  return bias === 'long' ? 'BUY' : 'SELL';
}
