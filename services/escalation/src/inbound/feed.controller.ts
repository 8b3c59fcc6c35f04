import { Controller } from '@nestjs/common';
import type {
  BreakerOpened,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSwitched,
  Recorded,
} from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { isBreakerOpen } from '../domain/feed-watch.ts';
import { episode } from '../episode.entity.ts';
import { pairLines } from './pair-line.model.ts';
import { aboutPair, episodeIdOf } from './scope.ts';

@Controller()
export class FeedController {
  /** While the breaker of its provider is open a pair is in trouble, whatever its bars have come to so far. */
  @Hears('BreakerOpened', 'FeedAdded', 'FeedResumed', 'FeedSwitched')
  onBreaker(
    { id, data: { pair, at } }: Recorded<BreakerOpened | FeedAdded | FeedResumed | FeedSwitched>,
    local: Local,
  ): readonly Intention[] {
    const line = local.get(pairLines, pair);
    if (line === undefined || !line.watch.isWatched || !isBreakerOpen(line.watch)) return [];
    const about = aboutPair(pair, line.profile);
    const cause = `Bars of ${line.watch.provider ?? 'its provider'} are not asked for: its breaker for this pair is open.`;
    const episodeId = episodeIdOf(about.scope, id);
    const data = { ...about, level: 'ERROR', cause, causeEventIds: [id], episodeId, at } as const;
    return [to(episode, about.scope, { type: 'ReportAilment', data })];
  }

  /** What nobody watches needs nobody’s attention; what ought to be watched and cannot be does. */
  @Hears('FeedPaused', 'FeedRemoved')
  onUnwatched(fact: Recorded<FeedPaused | FeedRemoved>, local: Local): readonly Intention[] {
    const { id, type, data } = fact;
    const line = local.get(pairLines, data.pair);
    if (line === undefined) return [];
    const about = aboutPair(data.pair, line.profile);
    const heard = { ...about, causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), at: data.at };
    if (type === 'FeedPaused' && data.cause !== undefined)
      return [
        to(episode, about.scope, { type: 'ReportAilment', data: { ...heard, level: 'ERROR', cause: data.reason } }),
      ];
    const cause = `Nobody watches it any more: the feed was ${type === 'FeedPaused' ? 'paused' : 'removed'}.`;
    return [to(episode, about.scope, { type: 'ObserveHealth', data: { ...heard, level: 'INFO', cause } })];
  }
}
