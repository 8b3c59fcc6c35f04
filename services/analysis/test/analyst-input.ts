import { assert, decimal, instant } from '@tocsin/domain-kit';
import type { AnalystInput, UntrustedHeadline } from '../src/domain/analyst/analyst.ts';
import { SELL_DAY, until } from './one-day.ts';

/** What an analyst is shown of the day on which the S&P 500 broke out downwards. */
export function analystInput(difference: Partial<AnalystInput> = {}): AnalystInput {
  return {
    symbol: 'SPX',
    timeframe: '1d',
    asOf: instant('2002-04-24T21:00:00.000Z'),
    bars: until(SELL_DAY),
    run: {
      bias: 'short',
      ruleParts: [
        {
          part: 'context',
          points: 27,
          max: 30,
          rules: [
            { rule: 'trend-order', points: 12, max: 12 },
            { rule: 'regime-calm', points: 3, max: 6 },
          ],
        },
        { part: 'pattern', points: 30, max: 30, rules: [{ rule: 'breakout', points: 30, max: 30 }] },
      ],
      phase: 'markdown',
      regime: 'TURBULENT',
      close: decimal('1093.140015'),
      stopLoss: decimal('1115.983091'),
      takeProfit: decimal('1047.453863'),
      redFlags: [],
    },
    headlines: [headline('Fed leaves rates as they are')],
    ...difference,
  };
}

export function headline(title: string, difference: Partial<UntrustedHeadline> = {}): UntrustedHeadline {
  const publishedAt = instant('2002-04-24T18:30:00.000Z');
  return { title, summary: '', outlet: 'Example Wire', publishedAt, ...difference };
}

/** As many headlines as asked for, newest first, each with a number. */
export const headlines = (count: number): readonly UntrustedHeadline[] =>
  Array.from({ length: count }, (_, at) =>
    headline(`Headline number ${at + 1}`, { summary: 'What happened. '.repeat(20) }),
  );

/** The value, which a test knows not to be a refusal. */
export function accepted<T extends object>(outcome: T): Exclude<T, { readonly refused: string }> {
  assert(isAccepted(outcome), `it is not refused: ${JSON.stringify(outcome)}`);
  return outcome;
}

const isAccepted = <T extends object>(outcome: T): outcome is Exclude<T, { readonly refused: string }> =>
  !('refused' in outcome);
