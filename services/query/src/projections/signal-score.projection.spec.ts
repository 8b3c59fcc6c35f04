import { foldProjection } from '@tocsin/event-log';
import { barAt, recorded, signalEmitted, type Fact } from '../../test/facts.ts';
import { signalScored } from '../../test/signal-facts.ts';
import { signalScore } from './signal-score.projection.ts';

const after = (...facts: readonly Fact[]) => foldProjection(signalScore, recorded(facts));

describe('the score of a signal', () => {
  it('is open until its time is over', () => {
    expect(after(signalEmitted(0, { phase: 'accumulation', modelVersion: 'linear-3' }))).toMatchObject([
      {
        ...{ pair: 'EURUSD-15m', signal: 'BUY', rulesVersion: 'rules-1', modelVersion: 'linear-3' },
        ...{ phase: 'accumulation', outcome: null, isHit: null, returnBps: null, scoredAt: null },
      },
    ]);
  });

  it('is what the market did, beside the versions and the phase that it was said by', () => {
    expect(after(signalEmitted(0, { phase: 'markup' }), signalScored(0))).toMatchObject([
      {
        ...{ phase: 'markup', rulesVersion: 'rules-1', outcome: 'target', isHit: true, returnBps: 30, returnR: 2 },
        ...{ brierScore: 0.16, scoringVersion: 'outcome-1', scoredAt: barAt(20).closeAt },
      },
    ]);
  });

  it('has no phase where none was read', () => {
    expect(after(signalEmitted(0))).toMatchObject([{ phase: 'unknown' }]);
  });

  it('stands by itself where the signal was never heard', () => {
    expect(after(signalScored(0))).toMatchObject([{ rulesVersion: null, phase: 'unknown', outcome: 'target' }]);
  });

  it('is one of each signal', () => {
    expect(after(signalEmitted(0), signalEmitted(1), signalScored(0))).toHaveLength(2);
  });
});
