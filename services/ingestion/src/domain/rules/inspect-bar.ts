import type { BarQuarantined } from '@tocsin/contracts';
import { assert, decimal } from '@tocsin/domain-kit';
import { barCloseOf } from '../bar-grid.ts';
import type { CandidateBar, ValidBar } from '../candidate-bar.ts';
import { alignedRule } from './aligned.rule.ts';
import type { BarContext, BarRule, Complaint } from './bar-rule.ts';
import { finiteRule } from './finite.rule.ts';
import { futureRule } from './future.rule.ts';
import { ohlcRule } from './ohlc.rule.ts';
import { positiveRule } from './positive.rule.ts';
import { volumeRule } from './volume.rule.ts';

/** What a bar must stand, in this order: each rule may rely on those before it. */
const BAR_RULES: readonly BarRule[] = [finiteRule, positiveRule, volumeRule, ohlcRule, futureRule, alignedRule];

/** A rule that something breaks, and how. */
export type Violation = { readonly reason: BarQuarantined['data']['reason']; readonly detail: string };

export type Inspection =
  { readonly verdict: 'valid'; readonly bar: ValidBar } | ({ readonly verdict: 'quarantined' } & Violation & Complaint);

/** Returns the bar with its numbers read, or the first rule that it breaks. */
export function inspectBar(bar: CandidateBar, context: BarContext): Inspection {
  for (const { reason, violation } of BAR_RULES) {
    const complaint = violation(bar, context);
    if (complaint !== null) return { verdict: 'quarantined', reason, ...complaint };
  }
  const { openAt, revision } = bar;
  const closeAt = openAt === null ? null : barCloseOf(context.calendar, context.timeframe, openAt);
  assert(openAt !== null && closeAt !== null, 'a bar that is aligned has a beginning and an end');
  const [open, high, low, close] = [decimal(bar.open), decimal(bar.high), decimal(bar.low), decimal(bar.close)];
  return { verdict: 'valid', bar: { openAt, closeAt, open, high, low, close, volume: Number(bar.volume), revision } };
}
