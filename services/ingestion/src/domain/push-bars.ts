import type { PushedBar } from '@tocsin/contracts';
import { refuse, type Refusal } from '@tocsin/domain-kit';
import { endTrial } from './trial.ts';
import type { CandidateBar } from './candidate-bar.ts';
import type { PushBars } from './feed.commands.ts';
import { evolveAll } from './feed.memory.ts';
import { cadenceOf, type Calendars, type KnownFeed, type KnownFeedEvent } from './feed.ts';
import { isWithin } from './gap.ts';
import { observeBar } from './observe-bar.ts';
import { inspectBar } from './rules/inspect-bar.ts';

/** The provider of feeds whose bars are brought to us. */
export const PUSH = 'push';

type PushRefusal = 'not-pushed' | 'bar-refused';

/** All pushed bars are taken, or none: the first that breaks a rule is named by its place and field. */
export function pushBars(
  { bars, at }: PushBars['data'],
  feed: KnownFeed,
  calendars: Calendars,
): readonly KnownFeedEvent[] | Refusal<PushRefusal> {
  if (feed.provider !== PUSH)
    return refuse(
      'not-pushed',
      `The bars of this feed come from ${feed.provider}; only a feed of '${PUSH}' takes them.`,
    );
  const cadence = cadenceOf(feed.definition, calendars);
  const said: KnownFeedEvent[] = [];
  let now = feed;
  for (const [index, bar] of bars.entries()) {
    const candidate = candidateOf(bar);
    const inspection = inspectBar(candidate, { ...cadence, now: at });
    if (inspection.verdict === 'quarantined') return refused(index, inspection.field, inspection.detail);
    const place = placeOf(inspection.bar, now);
    if (place === 'forgotten') continue;
    if (place === 'unplaced') return refused(index, 'openAt', `the bar of ${bar.openAt} came after a newer one`);
    const facts = observeBar({ provider: PUSH, bar: candidate, at }, now, calendars);
    now = evolveAll(now, facts);
    said.push(...facts);
  }
  const newestCloseAt = now.recent.at(-1)?.closeAt ?? null;
  return [...said, ...endTrial({ provider: PUSH, newestCloseAt, at }, now, calendars)];
}

const refused = (index: number, field: string, detail: string): Refusal<'bar-refused'> =>
  refuse('bar-refused', `/bars/${index}/${field}: ${detail}`);

const candidateOf = (bar: PushedBar): CandidateBar => {
  const { openAt, open, high, low, close, volume } = bar;
  return { openAt, open, high, low, close, volume: plain(volume), revision: 0, raw: JSON.stringify(bar) };
};

/** Without an exponent, as the rules read numbers. */
const plain = (volume: number): string =>
  volume.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });

/**
 * Where a bar belongs. One from before all that is remembered was told long ago, and whoever repeats it means no harm;
 * one between those that are remembered, and none of them, has no place any more.
 */
function placeOf(
  { openAt, closeAt }: { readonly openAt: CandidateBar['openAt']; readonly closeAt: KnownFeed['beganAt'] },
  { recent, gaps }: KnownFeed,
): 'new' | 'known' | 'forgotten' | 'unplaced' {
  const [oldest, newest] = [recent[0], recent.at(-1)];
  if (openAt === null || oldest === undefined || newest === undefined || openAt > newest.openAt) return 'new';
  if (gaps.some((gap) => isWithin(gap, openAt, closeAt))) return 'new';
  if (openAt < oldest.openAt) return 'forgotten';
  return recent.some((bar) => bar.openAt === openAt) ? 'known' : 'unplaced';
}
