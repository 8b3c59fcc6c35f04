import { foldProjection } from '@tocsin/event-log';
import { after, recorded, signalEmitted } from '../../test/facts.ts';
import { signalBoard } from './signal-board.projection.ts';

describe('the signal board', () => {
  it('shows the newest signal of a pair and counts them all', () => {
    const rows = foldProjection(signalBoard, recorded([signalEmitted(0), signalEmitted(1, { signal: 'SELL' })]));
    expect(rows).toEqual([expect.objectContaining({ pair: 'EURUSD-15m', signal: 'SELL', emitted: 2, position: 2 })]);
  });

  it('T-19 shows the later analysis, and of two at one moment the one that stands later on the lane', () => {
    const a = signalEmitted(0, { signal: 'BUY', analyzedAt: after(0) });
    const b = signalEmitted(1, { signal: 'SELL', analyzedAt: after(0.001) });
    const c = signalEmitted(2, { signal: 'HOLD', analyzedAt: after(0.001) });
    const shown = (...facts: readonly (typeof a)[]) => foldProjection(signalBoard, recorded(facts))[0]?.signal;
    expect(shown(b, a)).toBe('SELL');
    expect(shown(b, c)).toBe('HOLD');
    expect(shown(c, b)).toBe('SELL');
  });
});
