import type { Instant } from '@tocsin/domain-kit';
import { calendarLack } from '../../domain/calendar-lack.ts';
import type { AddFeed, RemoveFeed, ReviewCalendar } from '../../domain/feed.commands.ts';
import { isSameDefinition, type Calendars, type Feed, type FeedDefinition } from '../../domain/feed.ts';

/** A feed that is to be otherwise than it is. */
export type Wish = { readonly pair: string; readonly command: AddFeed | RemoveFeed | ReviewCalendar };

/**
 * What a configuration wants changed: feeds that are new or otherwise, and those that it once brought and does not name
 * any more. A feed that somebody paused stays paused, other than one that only lacked its calendar, and one that somebody asked for is not the configuration's.
 */
export function wishesOf(
  configured: readonly FeedDefinition[],
  known: ReadonlyMap<string, Feed>,
  at: Instant,
): readonly Wish[] {
  const pairs = new Set<string>(configured.map(({ pair }) => pair));
  const added = configured.filter((definition) => {
    const feed = known.get(definition.pair) ?? { status: 'unknown' };
    if (feed.status === 'unknown' || feed.status === 'removed') return true;
    return feed.wantsCalendar || (feed.status === 'active' && !isSameDefinition(feed.definition, definition));
  });
  const removed = [...known].filter(
    ([pair, feed]) =>
      !pairs.has(pair) && (feed.status === 'active' || feed.status === 'paused') && feed.definition.origin === 'config',
  );
  return [
    ...added.map((definition) => ({
      pair: definition.pair,
      command: { type: 'AddFeed', data: { definition, at } } as const,
    })),
    ...removed.map(([pair]) => ({
      pair,
      command: { type: 'RemoveFeed', data: { reason: 'It is not in the configuration any more.', at } } as const,
    })),
  ];
}

/** What calendars want changed: feeds whose calendar is not there stop, and those that wait for theirs go on. */
export const reviewsOf = (known: ReadonlyMap<string, Feed>, calendars: Calendars, at: Instant): readonly Wish[] =>
  [...known].flatMap(([pair, feed]) => {
    if (feed.status === 'unknown' || feed.status === 'removed') return [];
    const isJudged = feed.status === 'active';
    const mayBeJudged = calendarLack(feed, calendars, at) === null;
    const isOtherwise = isJudged ? !mayBeJudged : feed.wantsCalendar && mayBeJudged;
    return isOtherwise ? [{ pair, command: { type: 'ReviewCalendar', data: { at } } }] : [];
  });

/** What a person must do for feeds that wait for their calendar, a line each. */
export const lacksOf = (known: ReadonlyMap<string, Feed>, calendars: Calendars, at: Instant): readonly string[] =>
  [...known].flatMap(([pair, feed]) => {
    if (feed.status !== 'paused' || !feed.wantsCalendar) return [];
    const lack = calendarLack(feed, calendars, at);
    return lack === null ? [] : [notWatched(pair, lack)];
  });

/** How it is told that a feed stopped for want of its calendar. */
export const notWatched = (pair: string, reason: string): string => `${pair} is not watched. ${reason}`;
