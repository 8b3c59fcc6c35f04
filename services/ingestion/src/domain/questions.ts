import type { Instant } from '@tocsin/domain-kit';
import { breakerOf } from './breaker.ts';
import { sourcesOf, type KnownFeed } from './feed.ts';

/** What a feed asks beside the bars that are due. */
export type SideQuestion =
  /** For the bars of a gap: one provider after the other, until they have come or the last one was asked. */
  | {
      readonly kind: 'gap';
      readonly provider: string;
      readonly fromAt: Instant;
      readonly toAt: Instant;
      readonly isLast: boolean;
    }
  /** A second provider, for a bar that was put aside as a spike. */
  | { readonly kind: 'confirm'; readonly provider: string; readonly fromAt: Instant; readonly toAt: Instant }
  /** A provider on trial while another one is active. */
  | { readonly kind: 'trial'; readonly provider: string };

/** Whether the active provider may be asked: an open breaker forbids it. */
export const mayAsk = (feed: KnownFeed): boolean => breakerOf(feed.breakers, feed.provider).status !== 'open';

/** What a feed wants to know beside the bars that are due; the same until it is answered or does not matter any more. */
export function sideQuestionsOf(feed: KnownFeed): readonly SideQuestion[] {
  const { provider, gaps, suspect } = feed;
  const statusOf = (name: string) => breakerOf(feed.breakers, name).status;
  const others = sourcesOf(feed.definition).filter((source) => source.provider !== provider);
  const askable = [provider, ...others.map((source) => source.provider)].filter((name) => statusOf(name) === 'closed');
  const missing =
    statusOf(provider) === 'closed'
      ? gaps.flatMap(({ fromAt, toAt }) =>
          askable.map((name, index) => {
            const isLast = index === askable.length - 1;
            return { kind: 'gap', provider: name, fromAt, toAt, isLast } as const;
          }),
        )
      : [];
  const second = others.find((source) => statusOf(source.provider) === 'closed');
  const confirm =
    suspect === null || second === undefined
      ? []
      : [{ kind: 'confirm', provider: second.provider, fromAt: suspect.openAt, toAt: suspect.bar.closeAt } as const];
  const trials = others
    .filter((source) => statusOf(source.provider) === 'half-open')
    .map((source) => ({ kind: 'trial', provider: source.provider }) as const);
  return [...missing, ...confirm, ...trials];
}
