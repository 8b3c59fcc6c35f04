import type { Instant } from '@tocsin/domain-kit';
import { laterOf } from '@tocsin/domain-kit';
import { barCloseOf } from '../../domain/bar-grid.ts';
import { breakerOf } from '../../domain/breaker.ts';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import type { FeedCommand } from '../../domain/feed.commands.ts';
import type { KnownFeed } from '../../domain/feed.ts';
import type { Cadence } from '../../domain/freshness.ts';
import type { Answer } from '../../outbound/providers/provider.ts';

/** What was asked of a provider: the bars up to one that was due, or one of the questions beside. */
export type Asked = {
  readonly kind: 'bar' | 'gap' | 'confirm' | 'trial';
  readonly provider: string;
  /** The close of the bar that was due; of the last one that is asked for otherwise. */
  readonly barCloseAt: Instant;
  /** The gap that is settled by the answer, by its beginning; null where it is about none, or others are asked after. */
  readonly settles: Instant | null;
};

/** One command that follows from an answer, and the word that tells it from the others of that answer. */
export type Consequence = { readonly about: CandidateBar | 'failure' | 'trial' | 'gap'; readonly command: FeedCommand };

/** What an answer means to the feed that asked; `jitter` is chance, from 0 up to 1. */
export function consequencesOf(
  { kind, provider, barCloseAt, settles }: Asked,
  answer: Answer,
  {
    feed,
    cadence,
    jitter,
    at,
  }: { readonly feed: KnownFeed; readonly cadence: Cadence; readonly jitter: number; readonly at: Instant },
): readonly Consequence[] {
  if (answer.kind !== 'bars') {
    // A gap and a second opinion are asked for again; only bars that are due, and trials, can fail.
    if (kind === 'gap' || kind === 'confirm') return [];
    const attempt = { provider, barCloseAt, jitter, at };
    const command: FeedCommand =
      answer.kind === 'failure'
        ? { type: 'ObserveFailure', data: { ...attempt, failure: answer.failure } }
        : { type: 'ObserveGarbage', data: { ...attempt, body: answer.body } };
    return [{ about: 'failure', command }];
  }
  const told: readonly Consequence[] =
    kind === 'trial'
      ? []
      : answer.bars.map((bar) => ({ about: bar, command: { type: 'ObserveBar', data: { provider, bar, at } } }));
  const isOnTrial = kind !== 'confirm' && breakerOf(feed.breakers, provider).status === 'half-open';
  const newestCloseAt = newestCloseOf(answer.bars, cadence, at);
  return [
    ...told,
    ...(isOnTrial
      ? [{ about: 'trial', command: { type: 'EndTrial', data: { provider, newestCloseAt, at } } } as const]
      : []),
    ...(settles === null
      ? []
      : [{ about: 'gap', command: { type: 'SettleGap', data: { fromAt: settles, at } } } as const]),
  ];
}

function newestCloseOf(bars: readonly CandidateBar[], { calendar, timeframe }: Cadence, at: Instant): Instant | null {
  return bars.reduce<Instant | null>((newest, { openAt }) => {
    const closeAt = openAt === null ? null : barCloseOf(calendar, timeframe, openAt);
    if (closeAt === null || closeAt > at) return newest;
    return newest === null ? closeAt : laterOf(newest, closeAt);
  }, null);
}
