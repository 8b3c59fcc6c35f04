import { plusMs, type Instant } from '@tocsin/domain-kit';
import { added, calendars, closed, decider, definition, start, tuesday, watched } from '../../../test/feed-words.ts';
import type { FeedEvent, KnownFeed } from '../../domain/feed.ts';
import { afterAsking, askFrom, BACKFILL_BARS, nextBarAsk, NEVER_ASKED, type Asking } from './pace.ts';

function feedAfter(...facts: readonly FeedEvent[]): KnownFeed {
  const feed = facts.reduce(decider.evolve, decider.initialState());
  if (feed.status === 'unknown') throw new Error('the feed was added');
  return feed;
}

const askAt = (feed: KnownFeed, asking: Asking, now: Instant) => nextBarAsk(feed, asking, calendars, now);
const missed = (boundaryAt: Instant): FeedEvent => ({
  type: 'BarMissed',
  data: { ...pickName(), boundaryAt, colour: 'GREEN', inARow: 1, at: plusMs(boundaryAt, 30_000) },
});
const pickName = () => ({
  pair: definition.pair,
  symbol: definition.symbol,
  timeframe: definition.timeframe,
  provider: definition.provider,
});

describe('a bar that is due', () => {
  const green = feedAfter(...watched);
  const dueAt = tuesday('10:15:00');

  it('is asked for shortly after its close, a few times within its latency, and not after that', () => {
    const moments: string[] = [];
    let asking = NEVER_ASKED;
    for (let ask = askAt(green, asking, dueAt); ask !== null; ask = askAt(green, asking, dueAt)) {
      moments.push(ask.at.slice(14, 23));
      asking = afterAsking(asking, ask.barCloseAt, ask.at);
    }
    expect(moments).toEqual(['15:01.500', '15:09.000', '15:18.000', '15:30.000']);
  });

  it('is retried when the feed says so, and left alone once it was given up', () => {
    const failed = (retryAt: Instant | null): FeedEvent => ({
      type: 'AttemptFailed',
      data: {
        ...pickName(),
        barCloseAt: dueAt,
        attempt: 1,
        attemptsMax: 5,
        exhausted: retryAt === null,
        retryAt,
        failureSource: 'provider',
        errorCode: 'PROVIDER_ERROR',
        message: 'no',
        at: tuesday('10:15:02'),
      },
    });
    const retryAt = tuesday('10:15:04');
    expect(askAt(feedAfter(...watched, failed(retryAt)), NEVER_ASKED, dueAt)).toEqual({
      at: retryAt,
      barCloseAt: dueAt,
    });
    expect(askAt(feedAfter(...watched, failed(null)), NEVER_ASKED, dueAt)).toBeNull();
  });

  it('that was missed is asked for after a quarter of its length, until the next one is due', () => {
    const late = feedAfter(...watched, missed(dueAt));
    const asking = { barCloseAt: dueAt, asks: 4, lastAt: tuesday('10:15:30') };
    expect(askAt(late, asking, tuesday('10:15:31'))).toEqual({ at: tuesday('10:19:15'), barCloseAt: dueAt });
    const again = { ...asking, lastAt: tuesday('10:27:00') };
    expect(askAt(late, again, tuesday('10:27:01'))).toMatchObject({ barCloseAt: tuesday('10:30:00') });
  });
});

describe('a feed that has begun', () => {
  it('is asked for at once, from far enough back for its history', () => {
    const feed = feedAfter(added(start));
    expect(askAt(feed, NEVER_ASKED, start)).toEqual({ at: start, barCloseAt: start });
    const { calendar } = { calendar: calendars.of(definition.calendarId) };
    expect(calendar.marketMs(askFrom(feed, calendars), start)).toBeGreaterThanOrEqual(BACKFILL_BARS * 900_000);
  });

  it('is asked from its newest bar on, so that a change of that one shows', () => {
    const feed = feedAfter(
      ...watched,
      closed(tuesday('10:00:00'), tuesday('10:15:02'), { colour: 'GREEN', ratio: 0, schedulable: true }),
    );
    expect(askFrom(feed, calendars)).toBe(tuesday('10:00:00'));
  });
});
