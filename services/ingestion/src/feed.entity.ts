import type { EntityType } from '@tocsin/event-log';
import type { FeedCommand } from './domain/feed.commands.ts';
import { feedDecider, type FeedRefusal } from './domain/feed.decider.ts';
import { evaluateAt, type Feed, type FeedEvent } from './domain/feed.ts';

/** One feed; the pair is the key. Its one deadline is the moment at which it will have something to say by itself. */
export const feed: EntityType<FeedCommand, FeedEvent, Feed, FeedRefusal> = {
  type: 'feed',
  decider: feedDecider,
  deadlines: (state) => {
    const at = evaluateAt(state);
    return at === null ? [] : [{ name: 'evaluate', at }];
  },
  // Judged at the moment that was due, however late the process comes to it: so a replay judges the same.
  onDeadline: ({ dueAt }) => ({ type: 'PassDeadline', data: { at: dueAt } }),
};
