import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  BarQuarantined,
  FeedAdded,
  FreshnessChanged,
} from '@tocsin/contracts';
import { plainText, plusMs, refuse, type Decider, type Instant, type Refusal } from '@tocsin/domain-kit';
import { nominalBarMs } from './bar-grid.ts';
import type { FeedCommand, ObserveBar, ObserveFailure, ObserveGarbage } from './feed.commands.ts';
import { evolveFeed, evolveKnown } from './feed.memory.ts';
import {
  boundaryOf,
  cadenceOf,
  isSameDefinition,
  newestBarOf,
  type Feed,
  type FeedDefinition,
  type FeedEvent,
  type KnownFeed,
} from './feed.ts';
import { judge, type Judgement } from './freshness.ts';
import { ATTEMPTS_MAX, retryAt } from './retry.ts';
import { inspectBar } from './rules/inspect-bar.ts';

export type FeedRefusal = 'feed-unknown' | 'feed-paused' | 'attempts-exhausted';

type Decision = readonly FeedEvent[] | Refusal<FeedRefusal>;

/** One pair of one provider: what came, what did not, and how fresh that leaves it. */
export const feedDecider: Decider<FeedCommand, FeedEvent, Feed, FeedRefusal> = {
  initialState: () => ({ status: 'unknown' }),

  decide(command, feed): Decision {
    if (command.type === 'AddFeed') return addFeed(command.data.definition, command.data.at, feed);
    if (feed.status === 'unknown') return refuse('feed-unknown', 'Nobody has added this feed.');
    if (command.type === 'PauseFeed') {
      if (feed.status === 'paused') return [];
      const { pair } = feed.definition;
      return [{ type: 'FeedPaused', data: { pair, ...command.data } }];
    }
    if (feed.status === 'paused') return refuse('feed-paused', 'The feed is paused; add it again to go on.');
    switch (command.type) {
      case 'ObserveBar':
        return observeBar(command.data, feed);
      case 'ObserveFailure': {
        const failed = failAttempt(command.data, command.data.failure, feed);
        return failed ? [failed] : exhausted(command.data.barCloseAt);
      }
      case 'ObserveGarbage':
        return observeGarbage(command.data, feed);
      case 'PassDeadline':
        return passDeadline(command.data.at, feed);
    }
  },

  evolve: evolveFeed,
};

const exhausted = (barCloseAt: Instant): Refusal<FeedRefusal> =>
  refuse('attempts-exhausted', `All attempts at the bar of ${barCloseAt} have been made.`);

/** The words that name a feed in everything it says. */
const named = ({
  pair,
  symbol,
  timeframe,
  provider,
}: FeedDefinition): Pick<FeedDefinition, 'pair' | 'symbol' | 'timeframe' | 'provider'> => ({
  pair,
  symbol,
  timeframe,
  provider,
});

function addFeed(definition: FeedDefinition, at: Instant, feed: Feed): readonly FeedEvent[] {
  const added: FeedAdded = { type: 'FeedAdded', data: { ...definition, at } };
  if (feed.status === 'unknown') {
    const { marketState } = judge(cadenceOf(definition), { barCloseAt: null, colour: 'RED' }, at);
    const noData: FreshnessChanged = {
      type: 'FreshnessChanged',
      data: {
        ...named(definition),
        colour: 'RED',
        previous: null,
        ratio: null,
        barCloseAt: null,
        evaluatedAt: at,
        marketState,
        calendarId: definition.calendarId,
        calendarVersion: definition.calendarVersion,
        reason: 'NO_DATA',
      },
    };
    return [added, noData];
  }
  if (feed.status === 'active' && isSameDefinition(definition, feed.definition)) return [];
  return [added, ...changed({ ...feed, definition }, judgeFeed(feed, at), at, 'TIME')];
}

function observeBar({ bar: candidate, backfill, at }: ObserveBar['data'], feed: KnownFeed): readonly FeedEvent[] {
  const { definition, recent } = feed;
  const cadence = cadenceOf(definition);
  const inspection = inspectBar(candidate, { ...cadence, now: at, recent });
  if (inspection.verdict === 'quarantined') {
    const { reason } = inspection;
    const detail = plainText(inspection.detail);
    const raw = plainText(candidate.raw);
    return [
      { type: 'BarQuarantined', data: { ...named(definition), openAt: candidate.openAt, reason, detail, raw, at } },
    ];
  }
  const { bar } = inspection;
  const newest = newestBarOf(feed);
  const isNewest = newest === null || bar.openAt > newest.openAt;
  // A new edition of an older bar never makes a feed fresher: it is judged by its newest bar, as before.
  const judgement = judge(cadence, { barCloseAt: isNewest ? bar.closeAt : newest.closeAt, colour: feed.colour }, at);
  const closed: BarClosed = {
    type: 'BarClosed',
    data: {
      ...named(definition),
      simulated: definition.simulated,
      ...bar,
      volumeKind: definition.volumeKind,
      backfill,
      freshness: {
        colour: judgement.colour,
        ratio: judgement.ratio,
        schedulable: isNewest && !backfill && judgement.isFresh,
        evaluatedAt: at,
        marketState: judgement.marketState,
      },
      receivedAt: at,
    },
  };
  return [closed, ...changed(evolveKnown(feed, closed), judgement, at, 'BAR')];
}

function failAttempt(
  { barCloseAt, jitter, at }: (ObserveFailure | ObserveGarbage)['data'],
  { retryAfterMs, ...failure }: ObserveFailure['data']['failure'],
  { definition, attempts }: KnownFeed,
): AttemptFailed | null {
  const before = attempts?.barCloseAt === barCloseAt ? attempts : { failed: 0, firstAt: at, retryAt: at };
  if (before.retryAt === null) return null;
  const { calendar, timeframe } = cadenceOf(definition);
  const attempt = before.failed + 1;
  const barMs = nominalBarMs(calendar, timeframe);
  const next = retryAt({ attempt, firstAt: before.firstAt, at, barMs, jitter, retryAfterMs });
  return {
    type: 'AttemptFailed',
    data: {
      ...named(definition),
      barCloseAt,
      attempt,
      attemptsMax: ATTEMPTS_MAX,
      exhausted: next === null,
      retryAt: next,
      ...failure,
      message: plainText(failure.message) || 'The provider said nothing.',
      at,
    },
  };
}

function observeGarbage(data: ObserveGarbage['data'], feed: KnownFeed): Decision {
  const { body, at } = data;
  const detail = /^\s*<(?:!doctype|html)/i.test(body) ? 'HTML where bars were expected' : 'no table of bars';
  const message = `The provider answered with ${detail}.`;
  const failed = failAttempt(
    data,
    { failureSource: 'bad_output', errorCode: 'BAD_DATA', message, retryAfterMs: null },
    feed,
  );
  if (failed === null) return exhausted(data.barCloseAt);
  const raw = plainText(body);
  const quarantined: BarQuarantined = {
    type: 'BarQuarantined',
    data: { ...named(feed.definition), openAt: null, reason: 'NOT_TABULAR', detail, raw, at },
  };
  return [quarantined, failed];
}

function passDeadline(at: Instant, feed: KnownFeed): readonly FeedEvent[] {
  const { definition, missedInARow } = feed;
  const judgement = judgeFeed(feed, at);
  const freshness = changed(feed, judgement, at, 'TIME');
  const boundaryAt = boundaryOf(feed);
  if (at < plusMs(boundaryAt, definition.feedLatencyMs)) return freshness;
  const { colour } = judgement;
  const missed: BarMissed = {
    type: 'BarMissed',
    data: { ...named(definition), boundaryAt, colour, inARow: missedInARow + 1, at },
  };
  return [...freshness, missed];
}

const judgeFeed = (feed: KnownFeed, at: Instant): Judgement =>
  judge(cadenceOf(feed.definition), { barCloseAt: newestBarOf(feed)?.closeAt ?? null, colour: feed.colour }, at);

/** Says that colour or market state is another than before, if it is. */
function changed(
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
        ...named(definition),
        colour,
        previous,
        ratio,
        barCloseAt: newestBarOf(feed)?.closeAt ?? null,
        evaluatedAt: at,
        marketState,
        calendarId: definition.calendarId,
        calendarVersion: definition.calendarVersion,
        reason: isMarketSame ? because : marketReason,
      },
    },
  ];
}
