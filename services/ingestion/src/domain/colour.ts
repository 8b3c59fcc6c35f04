import type { FreshnessChanged } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { cadenceOf, named, heardCloseOf, type Calendars, type KnownFeed } from './feed.ts';
import { judge, type Judgement } from './freshness.ts';

/** How fresh a feed is at `at`, by its newest bar. */
export const judgeFeed = (feed: KnownFeed, calendars: Calendars, at: Instant): Judgement =>
  judge(cadenceOf(feed.definition, calendars), { barCloseAt: heardCloseOf(feed), colour: feed.colour }, at);

/** Says that colour or market state is another than before, if it is. */
export function changed(
  feed: KnownFeed,
  { colour, ratio, marketState }: Judgement,
  at: Instant,
  because: 'BAR' | 'TIME',
): readonly FreshnessChanged[] {
  const { definition, colour: previous } = feed;
  const isMarketSame = marketState === feed.marketState;
  if (colour === previous && isMarketSame) return [];
  const marketReason = marketState === 'OPEN' ? 'MARKET_OPENED' : 'MARKET_CLOSED';
  return [
    {
      type: 'FreshnessChanged',
      data: {
        ...named(feed),
        colour,
        previous,
        ratio,
        barCloseAt: heardCloseOf(feed),
        evaluatedAt: at,
        marketState,
        calendarId: definition.calendarId,
        calendarVersion: definition.calendarVersion,
        reason: isMarketSame ? because : marketReason,
      },
    },
  ];
}
