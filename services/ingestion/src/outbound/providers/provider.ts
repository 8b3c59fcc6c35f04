import type { Instant } from '@tocsin/domain-kit';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import type { Failure } from '../../domain/feed.commands.ts';

/** What came of asking a provider: bars, none among them too; a failure; or something that is no table of bars. */
export type Answer =
  | { readonly kind: 'bars'; readonly bars: readonly CandidateBar[] }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'garbage'; readonly body: string };

/** A moment at which to ask for the bars up to the one that closed at `barCloseAt`. */
export type Ask = { readonly at: Instant; readonly barCloseAt: Instant };

/**
 * Where bars of accelerated history come from, for one feed. It keeps no place of its own: what to ask next follows from
 * the moment up to which was asked, and the same question has the same answer, so that whoever starts again misses and
 * repeats nothing. It answers at once, since virtual time does not wait.
 */
export interface Provider {
  readonly name: string;
  /** Whether its prices are made up. */
  readonly simulated: boolean;
  /** The first contact: when it is made, and the newest bars by then, oldest first. */
  begin(): { readonly at: Instant; readonly answer: Answer };
  /** The first moment after `after` at which there is something to ask for; null when the history has come to its end. */
  nextAsk(after: Instant): Ask | null;
  /** Asks for the bars up to the one that closed at `barCloseAt`; `attempt` counts from 1. */
  ask(question: { readonly barCloseAt: Instant; readonly attempt: number }): Answer;
  /** The bars that opened at `from` or later and closed by `to`, as far as the provider has them afterwards. */
  between(from: Instant, to: Instant): readonly CandidateBar[];
}
