import { decimal } from '@tocsin/domain-kit';
import { foldProjection } from '@tocsin/event-log';
import { barAt, barClosed, recorded } from '../../test/facts.ts';
import { bar } from './bar.projection.ts';

describe('the bars', () => {
  it('are one row each, prices digit for digit', () => {
    const rows = foldProjection(bar, recorded([barClosed(0), barClosed(1, { close: decimal('1.39000') })]));
    expect(rows).toEqual([
      expect.objectContaining({ pair: 'EURUSD-15m', openAt: barAt(0).openAt, close: '1.39285', position: 1 }),
      expect.objectContaining({ openAt: barAt(1).openAt, close: '1.39000', provider: 'recorded', simulated: false }),
    ]);
  });

  it('show the newest revision, in whatever order revisions come', () => {
    const revised = barClosed(0, { revision: 1, close: decimal('1.4') });
    for (const facts of [
      [barClosed(0), revised],
      [revised, barClosed(0)],
    ])
      expect(foldProjection(bar, recorded(facts))).toEqual([expect.objectContaining({ revision: 1, close: '1.4' })]);
  });
});
