import { foldProjection } from '@tocsin/event-log';
import { barAt, recorded, verdictCounted } from '../../test/facts.ts';
import { scopeTally } from './scope-tally.projection.ts';

describe('the tally of a scope', () => {
  it('is what the ladder counts after the newest bar', () => {
    const facts = [verdictCounted(0), verdictCounted(1, { verdict: 'good', consecutiveFailures: 0, good: 1 })];
    expect(foldProjection(scopeTally, recorded(facts))).toEqual([
      {
        ...{ scope: 'pair-EURUSD-15m', verdict: 'good', barCloseAt: barAt(1).closeAt, countedAt: barAt(1).closeAt },
        ...{ consecutiveFailures: 0, amber: 0, red: 0, good: 1 },
      },
    ]);
  });
});
