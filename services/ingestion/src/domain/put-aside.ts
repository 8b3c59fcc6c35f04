import type { BarQuarantined } from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import { openIfDue } from './breaking.ts';
import type { ToldBar } from './candidate-bar.ts';
import type { ObserveBar } from './feed.commands.ts';
import { evolveKnown, refusalOf } from './feed.memory.ts';
import { named, type KnownFeed, type KnownFeedEvent } from './feed.ts';
import type { Cadence } from './freshness.ts';
import type { Violation } from './rules/inspect-bar.ts';

/** Something that was told, readable as a bar or not. */
export type Told = Omit<ObserveBar['data'], 'bar'> & {
  readonly bar: Pick<ObserveBar['data']['bar'], 'openAt' | 'raw'>;
};

/** Puts something aside, unless the same was put aside before; enough of it opens the breaker. */
export function putAside(
  told: Told,
  violation: Violation,
  bar: ToldBar | null,
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] {
  if (isRefused(feed, told.bar)) return [];
  const quarantined = quarantine(told, violation, bar, feed);
  return [quarantined, ...openIfDue(evolveKnown(feed, quarantined), told.provider, cadence, told.at)];
}

/** Says that something was put aside. */
export const quarantine = (
  { bar: { openAt, raw }, provider, at }: Told,
  { reason, detail }: Violation,
  told: ToldBar | null,
  feed: KnownFeed,
): BarQuarantined => ({
  type: 'BarQuarantined',
  data: {
    ...named(feed, provider),
    openAt,
    reason,
    detail: plainText(detail),
    raw: plainText(raw),
    ...(told !== null && { told }),
    at,
  },
});

/** Whether the same was put aside before. */
export function isRefused({ refused }: KnownFeed, told: Told['bar']): boolean {
  const { openAt, digest } = refusalOf({ openAt: told.openAt, raw: plainText(told.raw) });
  return refused.some((each) => each.openAt === openAt && each.digest === digest);
}
