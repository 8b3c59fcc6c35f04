import type { Recorded } from '@tocsin/contracts';
import { plusMs } from '@tocsin/domain-kit';
import type { Local, LocalModel } from '@tocsin/event-log';
import {
  attemptFailed,
  barClosed,
  breakerClosed,
  breakerHalfOpened,
  breakerOpened,
  closeOf,
  feedAdded,
  feedPaused,
  feedRemoved,
  feedResumed,
  feedSwitched,
  pair,
  recorded,
  runFailed,
  seenAt,
} from '../../test/facts.ts';
import type { BreakerStanding } from '../domain/episode.commands.ts';
import type { FeedFact } from '../domain/feed-watch.ts';
import type { BarFact } from './bar-sighting.ts';
import { FeedController } from './feed.controller.ts';
import { pairLines, type PairLine } from './pair-line.model.ts';
import { episodeIdOf } from './scope.ts';

const controller = new FeedController();
const scope = 'pair-EURUSD-15m';

const heard = (fact: FeedFact | BarFact, index: number): Recorded<FeedFact | BarFact> =>
  recorded(fact, { id: `${fact.type}-${index}`, time: seenAt(index) });

const lineAfter = (...facts: readonly (FeedFact | BarFact)[]): PairLine | undefined =>
  facts.map(heard).reduce<PairLine | undefined>((line, fact) => pairLines.fold(line, fact), undefined);

/** What the controller asks for when it hears the last of these facts. */
function asked(...facts: readonly (FeedFact | BarFact)[]) {
  const line = lineAfter(...facts);
  const local: Local = {
    get: <Value>(model: LocalModel<Value>, key: string) =>
      Object.is(model, pairLines) && key === pair ? (line as Value | undefined) : undefined,
  };
  const last = facts.map(heard).at(-1);
  if (last?.type === 'FeedPaused' || last?.type === 'FeedRemoved') return controller.onUnwatched(last, local);
  const isOfBreaker =
    last?.type === 'BreakerOpened' ||
    last?.type === 'BreakerHalfOpened' ||
    last?.type === 'BreakerClosed' ||
    last?.type === 'FeedAdded' ||
    last?.type === 'FeedResumed' ||
    last?.type === 'FeedSwitched';
  return isOfBreaker ? controller.onBreaker(last, local) : [];
}

const twoSources = feedAdded({ sources: ['simulated', 'second'].map((provider) => ({ provider, symbol: 'EURUSD' })) });

const MONDAY = closeOf(0);
const reopened = breakerOpened('simulated', plusMs(MONDAY, 45_000), 60_000);

/** How the breaker stands that the pair is watched by. */
const standing = (...facts: readonly (FeedFact | BarFact)[]): unknown =>
  asked(...facts).map(({ command: { data } }) => (data as { readonly breaker: BreakerStanding }).breaker.status);

describe('an open breaker', () => {
  it('is told of with since when it is open, and how long its provider is left alone', () => {
    expect(asked(feedAdded(), breakerOpened())).toMatchObject([
      {
        key: scope,
        command: {
          type: 'WatchBreaker',
          data: {
            ...{ scope, scopeKind: 'pair', simulated: true, causeEventIds: ['BreakerOpened-1'] },
            breaker: { status: 'open', provider: 'simulated', openSince: MONDAY, openMs: 30_000 },
            subject: { pair, symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' },
            cause: expect.stringContaining('Bars of simulated are not asked for') as unknown,
            episodeId: episodeIdOf(scope, 'BreakerOpened-1'),
          },
        },
      },
    ]);
  });

  it('is none where it is not that of the provider which is asked', () => {
    expect(standing(twoSources, breakerOpened('second'))).toEqual(['closed']);
    expect(standing(twoSources, breakerOpened(), feedSwitched('second'))).toEqual(['closed']);
    expect(standing(twoSources, breakerOpened(), feedSwitched('second'), breakerOpened('second'))).toEqual(['open']);
  });

  it('is told again when the pair is watched again', () => {
    expect(standing(feedAdded(), breakerOpened(), feedPaused(), feedResumed())).toEqual(['open']);
    expect(standing(feedAdded(), breakerOpened(), feedRemoved(), feedAdded())).toEqual(['open']);
    expect(standing(feedAdded(), feedPaused(), breakerOpened())).toEqual([]);
    expect(standing(feedAdded(), breakerOpened(), feedPaused(), breakerClosed(), feedResumed())).toEqual(['closed']);
  });

  it('is over with a feed that has other sources', () => {
    expect(standing(feedAdded(), breakerOpened(), feedAdded({ provider: 'other' }))).toEqual(['closed']);
  });

  it('is half open while its provider is tried again, and has been open since it first was', () => {
    expect(standing(feedAdded(), breakerOpened(), breakerHalfOpened())).toEqual(['half-open']);
    expect(asked(feedAdded(), breakerOpened(), breakerHalfOpened(), reopened)).toMatchObject([
      { command: { data: { breaker: { status: 'open', openSince: MONDAY, openMs: 60_000 } } } },
    ]);
    expect(standing(feedAdded(), breakerOpened(), breakerHalfOpened(), breakerClosed())).toEqual(['closed']);
  });
});

describe('a feed that is paused or removed', () => {
  it.each([feedPaused(), feedRemoved()])('is no trouble of anybody: %j', (fact) => {
    expect(asked(feedAdded(), fact)).toMatchObject([
      {
        key: scope,
        command: { type: 'ObserveHealth', data: { scope, level: 'INFO', causeEventIds: [`${fact.type}-1`] } },
      },
    ]);
  });

  it('is an ERROR of its pair when it is its calendar that is not there', () => {
    const reason = 'There is no calendar XETR any more.';
    expect(asked(feedAdded(), feedPaused({ reason, cause: 'calendar-missing' }))).toMatchObject([
      {
        key: scope,
        command: {
          type: 'ReportAilment',
          data: { scope, level: 'ERROR', cause: reason, causeEventIds: ['FeedPaused-1'] },
        },
      },
    ]);
  });

  it.each([feedPaused(), feedRemoved()])('has no bars in line, nor gets any: %j', (fact) => {
    const waiting = [feedAdded(), barClosed(1), attemptFailed(2)];
    expect(lineAfter(...waiting)?.queue.waiting).toHaveLength(2);
    expect(lineAfter(...waiting, fact)).toMatchObject({ queue: { waiting: [] }, countable: [] });
    expect(lineAfter(...waiting, fact, runFailed(1, 1))).toMatchObject({ queue: { waiting: [] }, countable: [] });
    expect(lineAfter(...waiting, fact, feedAdded(), attemptFailed(9))?.countable).toMatchObject([
      { verdict: 'failed' },
    ]);
  });
});
