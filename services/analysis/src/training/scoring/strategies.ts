import { ACTIONABLE_SCORE } from '../../domain/assessment.ts';
import { REWARD } from '../../domain/exit-levels.ts';
import { compositeScore } from '../../domain/score.ts';
import { HORIZON_BARS } from '../../domain/outcome/outcome.ts';
import type { JudgedSample } from './walk-forward.ts';

/** What came of trading by a strategy, each trade by itself and without costs. */
export interface StrategyResult {
  readonly strategy: string;
  readonly trades: number;
  readonly hitRate: number | null;
  readonly expectancyR: number | null;
  readonly standardErrorR: number | null;
}

/** From this probability on a bet of the reward against one is fair. */
const BREAK_EVEN = 1 / (1 + REWARD);

/** A bar that was traded, and what came of it. */
interface Trade {
  readonly at: number;
  readonly gainR: number;
}

/** What came of doing nothing, of holding, of trading every bias, and of trading by the rules, the model, or both. */
export function strategyResults(judged: readonly JudgedSample[], mlWeight: number): readonly StrategyResult[] {
  const tradedIf = (isTraded: (each: JudgedSample) => boolean): readonly Trade[] =>
    judged.filter(isTraded).map(({ sample: { at, trade } }) => ({ at, gainR: trade.gainR }));
  const isActionable = (score: number, { sample }: JudgedSample): boolean =>
    !sample.isForbidden && score >= ACTIONABLE_SCORE;

  return [
    resultOf('always_hold', []),
    resultOf(
      'buy_and_hold',
      judged.map(({ sample: { at, heldR } }) => ({ at, gainR: heldR })),
    ),
    resultOf(
      'every_bias',
      tradedIf(() => true),
    ),
    resultOf(
      'rules',
      tradedIf((each) => isActionable(each.sample.ruleScore, each)),
    ),
    resultOf(
      'model',
      tradedIf(({ probability }) => probability >= BREAK_EVEN),
    ),
    resultOf(
      'rules_and_model',
      tradedIf((each) => {
        const model = { score: 100 * each.probability, weight: mlWeight };
        return isActionable(compositeScore(each.sample.ruleScore, model), each);
      }),
    ),
  ];
}

function resultOf(strategy: string, trades: readonly Trade[]): StrategyResult {
  const count = trades.length;
  if (count === 0) return { strategy, trades: 0, hitRate: null, expectancyR: null, standardErrorR: null };
  const mean = trades.reduce((sum, { gainR }) => sum + gainR, 0) / count;
  return {
    strategy,
    trades: count,
    hitRate: trades.filter(({ gainR }) => gainR > 0).length / count,
    expectancyR: mean,
    standardErrorR: standardError(trades, mean),
  };
}

/**
 * Trades of neighbouring bars live through the same days and count as one: the mean's standard error is that of a
 * ratio over blocks as long as a trade may last. Null for fewer than two blocks.
 */
function standardError(trades: readonly Trade[], mean: number): number | null {
  const blocks = new Map<number, number>();
  for (const { at, gainR } of trades) {
    const block = Math.floor(at / HORIZON_BARS);
    blocks.set(block, (blocks.get(block) ?? 0) + gainR - mean);
  }
  if (blocks.size < 2) return null;
  const squares = [...blocks.values()].reduce((sum, surplus) => sum + surplus ** 2, 0);
  return Math.sqrt((squares * blocks.size) / (blocks.size - 1)) / trades.length;
}
