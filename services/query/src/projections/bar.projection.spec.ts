import { decimal } from '@tocsin/domain-kit';
import { foldProjection } from '@tocsin/event-log';
import { barAt, barClosed, barRevised, recorded } from '../../test/facts.ts';
import { bar } from './bar.projection.ts';

describe('the bars', () => {
  it('are one row each, prices digit for digit', () => {
    const rows = foldProjection(bar, recorded([barClosed(0), barClosed(1, { close: decimal('1.39000') })]));
    expect(rows).toEqual([
      expect.objectContaining({ pair: 'EURUSD-15m', openAt: barAt(0).openAt, close: '1.39285', position: 1 }),
      expect.objectContaining({ openAt: barAt(1).openAt, close: '1.39000', provider: 'recorded', simulated: false }),
    ]);
  });

  it('show the newest edition, in whatever order editions come', () => {
    const revised = barRevised(0, { revision: 2, close: decimal('1.4'), provider: 'second' });
    for (const facts of [
      [barClosed(0), barRevised(0), revised],
      [barClosed(0), revised, barRevised(0)],
      [revised, barClosed(0, { revision: 1 })],
    ])
      expect(foldProjection(bar, recorded<'BarClosed' | 'BarRevised'>(facts))).toEqual([
        expect.objectContaining({ revision: 2, close: '1.4', provider: 'second' }),
      ]);
  });

  it('are counted when they are told first, and stay the history that they were', () => {
    const told = barClosed(0, { backfill: true });
    const [row] = foldProjection(
      bar,
      recorded<'BarClosed' | 'BarRevised'>([told, barRevised(0, {}, barAt(5).closeAt)]),
    );
    expect(row).toMatchObject({ revision: 1, backfill: true, heardAt: barAt(0).closeAt, position: 2 });
  });
});
