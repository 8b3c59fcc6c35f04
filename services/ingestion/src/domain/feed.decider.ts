import type { BarMissed, FeedAdded, FreshnessChanged } from '@tocsin/contracts';
import { plusMs, refuse, type Decider, type Instant, type Refusal } from '@tocsin/domain-kit';
import { observeFailure, observeGarbage } from './attempts.ts';
import { calendarLack, wantedCalendarLack } from './calendar-lack.ts';
import { passBreakers, switchTo } from './breaking.ts';
import { changed, judgeFeed } from './colour.ts';
import type { FeedCommand, RequestFeed, SettleGap } from './feed.commands.ts';
import { evolveFeed } from './feed.memory.ts';
import {
  boundaryOf,
  cadenceOf,
  isSameDefinition,
  named,
  type Calendars,
  type Feed,
  type FeedDefinition,
  type FeedEvent,
  type KnownFeed,
  type KnownFeedEvent,
} from './feed.ts';
import { judge } from './freshness.ts';
import { gapFilled, observeBar } from './observe-bar.ts';
import { pushBars } from './push-bars.ts';
import { endTrial } from './trial.ts';
import { definitionOf, type Offer, type WantedRefusal } from './wanted-feed.ts';

export type FeedRefusal =
  'feed-unknown' | 'feed-paused' | 'attempts-exhausted' | 'not-pushed' | 'bar-refused' | WantedRefusal;

type Decision = readonly FeedEvent[] | Refusal<FeedRefusal>;

/** One pair and its providers: what came, what did not, how fresh that leaves it, and whom to ask next. */
export const feedDecider = (
  calendars: Calendars,
  providers: Offer['providers'] = () => null,
): Decider<FeedCommand, FeedEvent, Feed, FeedRefusal> => ({
  initialState: () => ({ status: 'unknown' }),

  decide(command, feed): Decision {
    if (command.type === 'AddFeed') return addFeed(command.data.definition, command.data.at, feed, calendars);
    if (command.type === 'RequestFeed') return requestFeed(command.data, feed, { calendars, providers });
    if (feed.status === 'unknown' || feed.status === 'removed')
      return refuse('feed-unknown', 'Nobody watches this pair.');
    if (isAboutWatching(command)) return begin(command, feed, calendars);
    if (feed.status === 'paused') return refuse('feed-paused', 'The feed is paused; resume it to go on.');
    return strand(feed, calendars, command.data.at) ?? watch(command, feed, calendars);
  },

  evolve: evolveFeed,
});

type AboutWatching = Extract<
  FeedCommand,
  { readonly type: 'PauseFeed' | 'ResumeFeed' | 'RemoveFeed' | 'ReviewCalendar' }
>;
type Watching = Exclude<FeedCommand, AboutWatching | { readonly type: 'AddFeed' | 'RequestFeed' }>;

const isAboutWatching = (command: AboutWatching | Watching): command is AboutWatching =>
  ['PauseFeed', 'ResumeFeed', 'RemoveFeed', 'ReviewCalendar'].includes(command.type);

/** Begins or ends to watch. Asking for what is so already changes nothing. */
function begin(command: AboutWatching, feed: KnownFeed, calendars: Calendars): Decision {
  const { pair } = feed.definition;
  switch (command.type) {
    case 'PauseFeed': {
      const isPaused = feed.status === 'paused' && !feed.wantsCalendar;
      return isPaused ? [] : [{ type: 'FeedPaused', data: { pair, ...command.data } }];
    }
    case 'ResumeFeed':
      return feed.status === 'active' ? [] : resume(feed, calendars, command.data.at);
    case 'ReviewCalendar': {
      const { at } = command.data;
      if (feed.status === 'active') return strand(feed, calendars, at) ?? [];
      return feed.wantsCalendar && calendarLack(feed, calendars, at) === null ? resume(feed, calendars, at) : [];
    }
    case 'RemoveFeed':
      return [{ type: 'FeedRemoved', data: { pair, ...command.data } }];
  }
}

/**
 * A feed that cannot be judged, for want of its calendar, stops and says why, whatever it was to decide: or else it would
 * fail at every decision, and keep its last colour. Null when it can be judged.
 */
function strand(feed: KnownFeed, calendars: Calendars, at: Instant): readonly FeedEvent[] | null {
  const reason = calendarLack(feed, calendars, at);
  if (reason === null) return null;
  return [{ type: 'FeedPaused', data: { pair: feed.definition.pair, reason, cause: 'calendar-missing', at } }];
}

function resume(feed: KnownFeed, calendars: Calendars, at: Instant): Decision {
  const lack = calendarLack(feed, calendars, at);
  if (lack !== null) return refuse('calendar-unknown', lack);
  return goOn({ type: 'FeedResumed', data: { pair: feed.definition.pair, at } }, feed, calendars);
}

/** What a feed that is watched makes of what happens to it. */
function watch(command: Watching, feed: KnownFeed, calendars: Calendars): Decision {
  switch (command.type) {
    case 'ObserveBar':
      return observeBar(command.data, feed, calendars);
    case 'ObserveFailure':
      return observeFailure(command.data, feed, calendars);
    case 'ObserveGarbage':
      return observeGarbage(command.data, feed, calendars);
    case 'EndTrial':
      return endTrial(command.data, feed, calendars);
    case 'SettleGap':
      return settleGap(command.data, feed);
    case 'ObserveProviders': {
      const { down, reason, at } = command.data;
      return switchTo(feed, down, reason, at);
    }
    case 'PushBars':
      return pushBars(command.data, feed, calendars);
    case 'PassDeadline':
      return passDeadline(command.data.at, feed, calendars);
  }
}

function requestFeed({ wanted, at }: RequestFeed['data'], feed: Feed, offer: Offer): Decision {
  const definition = definitionOf(wanted, offer);
  return 'refused' in definition ? definition : addFeed(definition, at, feed, offer.calendars);
}

function addFeed(definition: FeedDefinition, at: Instant, feed: Feed, calendars: Calendars): Decision {
  const lack =
    feed.status === 'unknown'
      ? wantedCalendarLack(definition, calendars, at)
      : calendarLack({ ...feed, definition }, calendars, at);
  if (lack !== null) return refuse('calendar-unknown', lack);
  const added: FeedAdded = { type: 'FeedAdded', data: { ...definition, at } };
  if (feed.status === 'unknown') {
    const { marketState } = judge(cadenceOf(definition, calendars), { barCloseAt: null, colour: 'RED' }, at);
    const { pair, symbol, timeframe, provider, calendarId, calendarVersion } = definition;
    const noData: FreshnessChanged = {
      type: 'FreshnessChanged',
      data: {
        pair,
        symbol,
        timeframe,
        provider,
        colour: 'RED',
        previous: null,
        ratio: null,
        barCloseAt: null,
        evaluatedAt: at,
        marketState,
        calendarId,
        calendarVersion,
        reason: 'NO_DATA',
      },
    };
    return [added, noData];
  }
  return feed.status === 'active' && isSameDefinition(definition, feed.definition) ? [] : goOn(added, feed, calendars);
}

/** Begins to watch again, and says at once how fresh that finds the feed. */
function goOn(
  begun: FeedAdded | Extract<KnownFeedEvent, { readonly type: 'FeedResumed' }>,
  feed: KnownFeed,
  calendars: Calendars,
): readonly FeedEvent[] {
  const after = evolveFeed(feed, begun);
  if (after.status === 'unknown') return [begun];
  return [begun, ...changed(after, judgeFeed(after, calendars, begun.data.at), begun.data.at, 'TIME')];
}

function passDeadline(at: Instant, feed: KnownFeed, calendars: Calendars): readonly FeedEvent[] {
  const judgement = judgeFeed(feed, calendars, at);
  const moved = passBreakers(feed, cadenceOf(feed.definition, calendars), at);
  const freshness = changed(feed, judgement, at, 'TIME');
  const boundaryAt = boundaryOf(feed, calendars);
  if (at < plusMs(boundaryAt, feed.definition.feedLatencyMs)) return [...freshness, ...moved];
  const missed: BarMissed = {
    type: 'BarMissed',
    data: { ...named(feed), boundaryAt, colour: judgement.colour, inARow: feed.missedInARow + 1, at },
  };
  return [...freshness, missed, ...moved];
}

function settleGap({ fromAt, at }: SettleGap['data'], feed: KnownFeed): readonly FeedEvent[] {
  const gap = feed.gaps.find((each) => each.fromAt === fromAt);
  if (gap === undefined) return [];
  return [gapFilled(feed, gap, at)];
}
