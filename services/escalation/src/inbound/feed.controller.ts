import { Controller } from '@nestjs/common';
import type {
  BreakerClosed,
  BreakerHalfOpened,
  BreakerOpened,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSwitched,
  Recorded,
} from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import type { BreakerStanding } from '../domain/episode.commands.ts';
import { breakerStanding } from '../domain/feed-watch.ts';
import { episode } from '../episode.entity.ts';
import { pairLines } from './pair-line.model.ts';
import { aboutPair, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';

type BreakerFact = BreakerOpened | BreakerHalfOpened | BreakerClosed | FeedAdded | FeedResumed | FeedSwitched;

@Controller()
export class FeedController {
  /** While the breaker of its provider is open a pair is in trouble, whatever its bars have come to so far. */
  @Hears('BreakerOpened', 'BreakerHalfOpened', 'BreakerClosed', 'FeedAdded', 'FeedResumed', 'FeedSwitched')
  onBreaker({ id, data: { pair, at } }: Recorded<BreakerFact>, local: Local): readonly Intention[] {
    const line = local.get(pairLines, pair);
    if (line?.watch.isWatched !== true) return [];
    const about = aboutPair(pair, line.profile);
    const breaker = breakerStanding(line.watch);
    const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local), at };
    const data = { ...about, ...occasion, cause: causeOf(breaker), breaker };
    return [to(episode, about.scope, { type: 'WatchBreaker', data })];
  }

  /** What nobody watches needs nobody’s attention; what ought to be watched and cannot be does. */
  @Hears('FeedPaused', 'FeedRemoved')
  onUnwatched(fact: Recorded<FeedPaused | FeedRemoved>, local: Local): readonly Intention[] {
    const { id, type, data } = fact;
    const line = local.get(pairLines, data.pair);
    if (line === undefined) return [];
    const about = aboutPair(data.pair, line.profile);
    const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local) };
    const heard = { ...about, ...occasion, at: data.at };
    if (type === 'FeedPaused' && data.cause !== undefined)
      return [
        to(episode, about.scope, { type: 'ReportAilment', data: { ...heard, level: 'ERROR', cause: data.reason } }),
      ];
    const cause = `Nobody watches it any more: the feed was ${type === 'FeedPaused' ? 'paused' : 'removed'}.`;
    return [to(episode, about.scope, { type: 'ObserveHealth', data: { ...heard, level: 'INFO', cause } })];
  }
}

function causeOf(breaker: BreakerStanding): string {
  switch (breaker.status) {
    case 'closed':
      return 'Its provider is asked as usual.';
    case 'half-open':
      return `${breaker.provider ?? 'Its provider'} was left alone for this pair and is tried again.`;
    case 'open':
      return `Bars of ${breaker.provider ?? 'its provider'} are not asked for: its breaker for this pair is open.`;
  }
}
