import { earlierOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { nominalBarMs } from './bar-grid.ts';
import type { Calendar } from './calendars/calendar.ts';
import { heardCloseOf, type Calendars, type FeedDefinition, type KnownFeed } from './feed.ts';

/** To judge a feed is to look ahead: to its next bar, and to when an age of three bars is reached. */
const BARS_AHEAD = 4;

/**
 * What a feed lacks to be judged at `at`, and what a person can do about it, in words; null when it lacks nothing. Its
 * calendar may have left the configuration, or not know the days that matter.
 */
export function calendarLack(feed: KnownFeed, calendars: Calendars, at: Instant): string | null {
  const heardAt = heardCloseOf(feed) ?? at;
  const from = [feed.waitsAfter, feed.judgedAt, at].reduce(earlierOf, heardAt);
  return calendarLackOf(feed.definition, calendars, from, at);
}

/** The same for a feed that is only wanted yet. */
export const wantedCalendarLack = (definition: FeedDefinition, calendars: Calendars, at: Instant): string | null =>
  calendarLackOf(definition, calendars, at, at);

function calendarLackOf(
  { calendarId, timeframe }: FeedDefinition,
  calendars: Calendars,
  from: Instant,
  at: Instant,
): string | null {
  if (!calendars.has(calendarId))
    return `There is no calendar ${calendarId} any more: name its file under "calendars" in tocsin.config.json, and the feed goes on.`;
  const calendar = calendars.of(calendarId);
  const day = [from, at].find((moment) => !calendar.covers(moment)) ?? (isLastBars() ? at : null);
  if (day === null) return null;
  const what = `Calendar ${calendarId}, version ${calendar.version}, does not know enough days around ${day.slice(0, 10)}`;
  return `${what}: give it more years and another version, and the feed goes on.`;

  function isLastBars(): boolean {
    return marketMsLeft(calendar, at) < BARS_AHEAD * nominalBarMs(calendar, timeframe);
  }
}

/** Market time that a calendar still knows of after `at`. */
const marketMsLeft = (calendar: Calendar, at: Instant): number =>
  calendar.coversUntil === null ? Infinity : calendar.marketMs(at, plusMs(calendar.coversUntil, -1));
