import { foldProjection } from '@tocsin/event-log';
import {
  attemptFailed,
  barAt,
  barClosed,
  barMissed,
  barQuarantined,
  dawn,
  feedAdded,
  feedPaused,
  freshnessChanged,
  recorded,
  type Fact,
} from '../../test/facts.ts';
import { pairStatus } from './pair-status.projection.ts';

const statusAfter = (...facts: readonly Fact[]) => foldProjection(pairStatus, recorded([feedAdded(), ...facts]))[0];

describe('the status of a pair', () => {
  it('begins unheard of', () => {
    expect(statusAfter()).toEqual({
      ...{ pair: 'EURUSD-15m', symbol: 'EURUSD', timeframe: '15m', provider: 'recorded', simulated: false },
      ...{ pausedAt: null, lastBarOpenAt: null, lastBarCloseAt: null, colour: null, ratio: null, evaluatedAt: null },
      ...{ marketState: null, schedulable: false, ingestedOk: 0, ingestedFail: 0, missedInARow: 0 },
    });
  });

  it('knows nothing of a pair whose feed was never added', () => {
    expect(foldProjection(pairStatus, recorded([barClosed(0)]))).toEqual([]);
  });

  it('counts live bars once, and neither history nor revisions', () => {
    const status = statusAfter(
      barClosed(0, { backfill: true }),
      barClosed(1),
      barClosed(1, { revision: 1 }),
      barClosed(2),
    );
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
  });
});
