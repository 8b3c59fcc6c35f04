import { foldProjection } from '@tocsin/event-log';
import {
  after,
  attemptFailed,
  barAt,
  barClosed,
  barMissed,
  barQuarantined,
  barReleased,
  breakerClosed,
  breakerHalfOpened,
  breakerOpened,
  dawn,
  feedAdded,
  feedPaused,
  feedRemoved,
  feedResumed,
  feedSwitched,
  freshnessChanged,
  gapFilled,
  gapFound,
  recorded,
  type Fact,
} from '../../test/facts.ts';
import { pairStatus } from './pair-status.projection.ts';

const asked = { breaker: 'closed', opened_at: null, cause: null, probes_at: null, times_opened: 0 } as const;

const statusAfter = (...facts: readonly Fact[]) => foldProjection(pairStatus, recorded([feedAdded(), ...facts]))[0];

describe('the status of a pair', () => {
  it('begins unheard of', () => {
    expect(statusAfter()).toEqual({
      ...{ pair: 'EURUSD-15m', symbol: 'EURUSD', timeframe: '15m', provider: 'recorded', simulated: false },
      ...{ calendarId: 'FX_24x5', calendarVersion: '1', volumeKind: 'tick', feedLatencyMs: 30_000, origin: null },
      ...{ fallbackActive: false, breaker: 'closed', sources: [{ provider: 'recorded', symbol: 'EURUSD', ...asked }] },
      ...{ addedAt: dawn, pausedAt: null, removedAt: null, gaps: [], lastBarOpenAt: null, lastBarCloseAt: null },
      ...{ colour: null, ratio: null, evaluatedAt: null },
      ...{ marketState: null, schedulable: false, ingestedOk: 0, ingestedFail: 0, missedInARow: 0 },
    });
  });

  it('knows nothing of a pair whose feed was never added', () => {
    expect(foldProjection(pairStatus, recorded([barClosed(0)]))).toEqual([]);
  });

  it('counts live bars and not history, whichever edition of a bar is told first', () => {
    const status = statusAfter(barClosed(0, { backfill: true }), barClosed(1), barClosed(2, { revision: 1 }));
    expect(status).toMatchObject({ ingestedOk: 2, lastBarOpenAt: barAt(2).openAt, lastBarCloseAt: barAt(2).closeAt });
  });

  it('is not made younger by a bar that comes late', () => {
    const status = statusAfter(barClosed(2), freshnessChanged(4), barClosed(1));
    expect(status).toMatchObject({ lastBarOpenAt: barAt(2).openAt, colour: 'AMBER', ingestedOk: 2 });
  });

  it('stops being schedulable when the colour worsens or a bar is missed', () => {
    expect(statusAfter(barClosed(0))).toMatchObject({ colour: 'GREEN', schedulable: true });
    expect(statusAfter(barClosed(0), freshnessChanged(1))).toMatchObject({
      colour: 'AMBER',
      ratio: 1.6,
      schedulable: false,
    });
    expect(statusAfter(barClosed(0), barMissed(1))).toMatchObject({ schedulable: false, missedInARow: 1 });
  });

  it('forgets missed bars when one comes', () => {
    expect(statusAfter(barMissed(0, { inARow: 3 }), barClosed(1))).toMatchObject({ missedInARow: 0 });
  });

  it('counts a failed bar once, however many attempts it took, and one that was put aside', () => {
    const attempts = [1, 2, 3].map((attempt) => attemptFailed(0, { attempt, exhausted: attempt === 3 }));
    expect(statusAfter(...attempts, barQuarantined(1))).toMatchObject({ ingestedOk: 0, ingestedFail: 2 });
  });

  it('remembers its history when a paused feed is added again', () => {
    expect(statusAfter(barClosed(0), feedPaused())).toMatchObject({ pausedAt: dawn });
    expect(statusAfter(barClosed(0), feedPaused(), feedAdded())).toMatchObject({ pausedAt: null, ingestedOk: 1 });
    expect(statusAfter(barClosed(0), feedPaused(), feedResumed())).toMatchObject({ pausedAt: null, ingestedOk: 1 });
  });

  it('keeps what a removed feed has told, until it is added again', () => {
    const removed = [barClosed(0), gapFound(1), feedRemoved()];
    expect(statusAfter(...removed)).toMatchObject({ removedAt: after(60), gaps: [], lastBarOpenAt: barAt(0).openAt });
    expect(statusAfter(...removed, feedAdded(0, { at: after(90) }))).toMatchObject({
      removedAt: null,
      addedAt: dawn,
      ingestedOk: 1,
    });
  });

  it('takes a bar back that was put aside and is released', () => {
    expect(statusAfter(barQuarantined(0, { reason: 'SPIKE' }), barReleased(0), barClosed(0))).toMatchObject({
      ingestedOk: 1,
      ingestedFail: 0,
    });
  });

  it('tells of gaps until they are settled', () => {
    const found = (number: number) => expect.objectContaining({ from_ts: barAt(number).openAt, bars: 1 }) as unknown;
    expect(statusAfter(gapFound(0), gapFound(2))?.gaps).toEqual([found(0), found(2)]);
    expect(statusAfter(gapFound(0), gapFound(2), gapFilled(0))?.gaps).toEqual([found(2)]);
    // Ingestion says nothing of a gap that it lets go for newer ones.
    expect(statusAfter(gapFound(0), gapFound(2), gapFound(4), gapFound(6))?.gaps).toEqual([2, 4, 6].map(found));
  });

  describe('with two sources', () => {
    const sources = ['recorded', 'second'].map((provider) => ({ provider, symbol: 'EUR/USD' }));
    const added = feedAdded(0, { sources, origin: 'config' });

    it('is that of the source which is asked', () => {
      expect(statusAfter(added, breakerOpened(0))).toMatchObject({ provider: 'recorded', breaker: 'open' });
      const switched = [added, breakerOpened(0), feedSwitched(0)];
      expect(statusAfter(...switched)).toMatchObject({ provider: 'second', breaker: 'closed', fallbackActive: true });
      expect(statusAfter(...switched, breakerOpened(1, { provider: 'second' }))).toMatchObject({ breaker: 'open' });
    });

    it('knows the breaker of each of them', () => {
      const breakers = (...facts: readonly Fact[]) =>
        statusAfter(added, ...facts)?.sources.map(({ breaker, opened_at }) => [breaker, opened_at]);
      const openedAt = barAt(0).closeAt;
      expect(breakers(breakerOpened(0))).toEqual([
        ['open', openedAt],
        ['closed', null],
      ]);
      expect(breakers(breakerOpened(0), breakerHalfOpened(0))?.[0]).toEqual(['half-open', openedAt]);
      expect(breakers(breakerOpened(0), breakerHalfOpened(0), breakerClosed(0))?.[0]).toEqual(['closed', null]);
      expect(breakers(breakerOpened(0, { provider: 'unknown' }))?.flat()).toEqual(['closed', null, 'closed', null]);
    });

    it('keeps provider and breakers when the feed is added anew, as far as they are still its sources', () => {
      const switched = [added, breakerOpened(0), feedSwitched(0)];
      const turned = feedAdded(0, { provider: 'second', sources: sources.toReversed() });
      expect(statusAfter(...switched, turned)).toMatchObject({
        ...{ provider: 'second', fallbackActive: false, breaker: 'closed' },
        sources: [{ provider: 'second' }, { provider: 'recorded', breaker: 'open' }],
      });
      expect(statusAfter(...switched, feedAdded())).toMatchObject({
        ...{ provider: 'recorded', fallbackActive: false, breaker: 'open' },
        sources: [{ provider: 'recorded', breaker: 'open' }],
      });
    });
  });
});
