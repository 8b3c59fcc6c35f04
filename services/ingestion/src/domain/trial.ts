import { breakerOf } from './breaker.ts';
import { passTrial } from './breaking.ts';
import type { EndTrial } from './feed.commands.ts';
import { cadenceOf, type Calendars, type KnownFeed, type KnownFeedEvent } from './feed.ts';
import { judge } from './freshness.ts';

/** A provider on trial has answered; whether that counts as GREEN is judged by the newest bar that it told. */
export function endTrial(
  { provider, newestCloseAt, at }: EndTrial['data'],
  feed: KnownFeed,
  calendars: Calendars,
): readonly KnownFeedEvent[] {
  if (breakerOf(feed.breakers, provider).status !== 'half-open') return [];
  const known = { barCloseAt: newestCloseAt, colour: feed.colour };
  const isGreen = newestCloseAt !== null && judge(cadenceOf(feed.definition, calendars), known, at).isFresh;
  return passTrial(feed, provider, isGreen, at);
}
