import { higherTimeframe } from './confluence/higher-timeframe.ts';
import { band } from './confluence/band.ts';
import { phase } from './confluence/phase.ts';
import { macd } from './confirmation/macd.ts';
import { momentum } from './confirmation/momentum.ts';
import { volume } from './confirmation/volume.ts';
import { regimeCalm } from './context/regime-calm.ts';
import { trendOrder } from './context/trend-order.ts';
import { trendSlope } from './context/trend-slope.ts';
import { trendStrength } from './context/trend-strength.ts';
import { breakout } from './pattern/breakout.ts';
import { engulfing } from './pattern/engulfing.ts';
import { pinBar } from './pattern/pin-bar.ts';
import { pullback } from './pattern/pullback.ts';
import { springUpthrust } from './pattern/spring-upthrust.ts';
import { ruleBook, type RuleBook } from './rule-book.ts';

/** The first version of the rules: engineering defaults, each in a file of its own. */
export const RULES_1: RuleBook = ruleBook('rules-1', [
  {
    part: 'context',
    counts: 'all',
    max: 30,
    weight: 0.3,
    entries: [
      { rule: trendOrder, points: 12 },
      { rule: trendSlope, points: 6 },
      { rule: trendStrength, points: 6 },
      { rule: regimeCalm, points: 6 },
    ],
  },
  {
    part: 'pattern',
    counts: 'best',
    max: 30,
    weight: 0.3,
    entries: [
      { rule: breakout, points: 30 },
      { rule: springUpthrust, points: 30 },
      { rule: pullback, points: 24 },
      { rule: engulfing, points: 20 },
      { rule: pinBar, points: 18 },
    ],
  },
  {
    part: 'confirmation',
    counts: 'all',
    max: 20,
    weight: 0.2,
    entries: [
      { rule: momentum, points: 8 },
      { rule: macd, points: 6 },
      { rule: volume, points: 6 },
    ],
  },
  {
    part: 'confluence',
    counts: 'all',
    max: 20,
    weight: 0.2,
    entries: [
      { rule: higherTimeframe, points: 10 },
      { rule: band, points: 5 },
      { rule: phase, points: 5 },
    ],
  },
]);
