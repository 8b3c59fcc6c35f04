import { isRefusal } from '@tocsin/domain-kit';
import type { AnalyseBar, AnalysisEvent } from '../src/domain/analysis.ts';
import { analysisDecider } from '../src/domain/analysis.decider.ts';
import { WINDOW_BARS, type BarWindow } from '../src/domain/bar-window.ts';
import { ruleBook, type RuleBook } from '../src/domain/rules/rule-book.ts';
import { sp500 } from './markets.ts';

/** A day on which the S&P 500 broke out downwards: a signal to sell. */
export const SELL_DAY = '2002-04-24';

/** How every fact about that day begins. */
export const about = {
  runId: 'run:SPX:1d:2002-04-24T14:30:00.000Z:rules-1:none',
  pair: 'SPX-1d',
  symbol: 'SPX',
  timeframe: '1d',
  barOpenAt: '2002-04-24T14:30:00.000Z',
  barCloseAt: '2002-04-24T21:00:00.000Z',
};

/** When the bar of that day is delivered, and analysed. */
export const deliveredAt = '2002-04-24T21:05:00.000Z';

const bars = sp500();

/** The window that ends on a day. */
export function until(day: string, length = WINDOW_BARS): BarWindow {
  const end = bars.findIndex(({ openAt }) => openAt.startsWith(day)) + 1;
  return bars.slice(end - length, end);
}

/** What a pair that was never analysed answers. */
export function said(command: AnalyseBar, decider = analysisDecider): readonly AnalysisEvent[] {
  const outcome = decider.decide(command, decider.initialState());
  if (isRefusal(outcome)) throw new Error(outcome.because);
  return outcome;
}

export const names = (events: readonly AnalysisEvent[]): readonly string[] => events.map(({ type }) => type);

/** A rule book with one rule, which throws. */
export function brokenBook(error: Error): RuleBook {
  const holds = (): never => {
    throw error;
  };
  const entries = [{ rule: { name: 'broken', needsBars: 1, holds }, points: 10 }];
  return ruleBook('rules-x', [{ part: 'context', counts: 'all', max: 10, weight: 1, entries }]);
}
