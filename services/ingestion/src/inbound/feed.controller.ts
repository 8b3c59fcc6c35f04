import { Controller, Inject } from '@nestjs/common';
import type { AddFeed, PauseFeed, PushBars, RemoveFeed, Requested, ResumeFeed } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to } from '@tocsin/event-log';
import type { FeedEntity } from '../feed.entity.ts';

/** The token of the feed entity, which depends on the calendars and providers of this process. */
export const FEED_ENTITY = Symbol('tocsin:feed-entity');

/** What people and programs ask of the feeds. */
@Controller()
export class FeedController {
  constructor(@Inject(FEED_ENTITY) private readonly feed: FeedEntity) {}

  @Handles('AddFeed')
  onAddFeed({ data: wanted }: Requested<AddFeed>, at: Instant) {
    return to(this.feed, wanted.pair, { type: 'RequestFeed', data: { wanted, at } });
  }

  @Handles('PauseFeed')
  onPauseFeed({ data: { pair, reason } }: Requested<PauseFeed>, at: Instant) {
    return to(this.feed, pair, { type: 'PauseFeed', data: { reason, at } });
  }

  @Handles('ResumeFeed')
  onResumeFeed({ data: { pair } }: Requested<ResumeFeed>, at: Instant) {
    return to(this.feed, pair, { type: 'ResumeFeed', data: { at } });
  }

  @Handles('RemoveFeed')
  onRemoveFeed({ data: { pair, reason } }: Requested<RemoveFeed>, at: Instant) {
    return to(this.feed, pair, { type: 'RemoveFeed', data: { reason, at } });
  }

  @Handles('PushBars')
  onPushBars({ data: { pair, bars } }: Requested<PushBars>, at: Instant) {
    return to(this.feed, pair, { type: 'PushBars', data: { bars, at } });
  }
}
