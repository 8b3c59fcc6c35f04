import { laterOf, type Instant, type Pair } from '@tocsin/domain-kit';
import { to, type Intention } from '@tocsin/event-log';
import type { CountableBar } from '../domain/bar-queue.ts';
import { isBreakerOpen, type FeedWatch } from '../domain/feed-watch.ts';
import type { Terms } from '../domain/terms.ts';
import { episode } from '../episode.entity.ts';
import type { PairProfile } from './pair-line.model.ts';
import { aboutPair, episodeIdOf } from './scope.ts';

/** The request to count bars of a pair, as of `now`. */
export function toCount(
  pair: Pair,
  profile: PairProfile,
  bars: readonly CountableBar[],
  watch: FeedWatch,
  terms: Terms,
  now: Instant,
): readonly Intention[] {
  if (bars.length === 0) return [];
  const about = aboutPair(pair, profile);
  const { scope } = about;
  return [
    to(episode, scope, {
      type: 'CountVerdicts',
      data: {
        ...about,
        terms,
        isBreakerOpen: isBreakerOpen(watch),
        bars: bars.map(({ barCloseAt, verdict, eventId, readyAt }) => ({
          barCloseAt,
          verdict,
          causeEventIds: [eventId],
          episodeId: episodeIdOf(scope, eventId),
          // Lanes lag each other, so the fact that frees a bar may be older than the one that judged it.
          at: laterOf(readyAt, now),
        })),
      },
    }),
  ];
}
