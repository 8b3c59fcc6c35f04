import type { EntityType } from '@tocsin/event-log';
import { calendarLack } from './domain/calendar-lack.ts';
import type { FeedCommand } from './domain/feed.commands.ts';
import { feedDecider, type FeedRefusal } from './domain/feed.decider.ts';
import type { Offer } from './domain/wanted-feed.ts';
import { evaluateAt, type Calendars, type Feed, type FeedEvent } from './domain/feed.ts';

export type FeedEntity = EntityType<FeedCommand, FeedEvent, Feed, FeedRefusal>;

/** One feed; the pair is the key. Its one deadline is the moment at which it will have something to say by itself. */
export const feedEntity = (calendars: Calendars, providers: Offer['providers'] = () => null): FeedEntity => ({
  type: FEED,
  version: 3,
  decider: feedDecider(calendars, providers),
  deadlines: (state) => {
    // What cannot be judged is due at once: then it stops, and says why.
    const isJudgeable = state.status !== 'active' || calendarLack(state, calendars, state.judgedAt) === null;
    const at = isJudgeable ? evaluateAt(state, calendars) : state.judgedAt;
    return at === null ? [] : [{ name: 'evaluate', at }];
  },
  // Judged at the moment that was due, however late the process comes to it: so a replay judges the same.
  onDeadline: ({ dueAt }) => ({ type: 'PassDeadline', data: { at: dueAt } }),
});

/** The type under which feeds are kept. */
export const FEED = 'feed';
