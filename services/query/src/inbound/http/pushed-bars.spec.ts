import { encodeCommand } from '@tocsin/contracts';
import { decimal, instant, pairOf } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { asPushed, compare, problemsOf, type WrittenBar } from './pushed-bars.ts';

const bar = (over: Partial<WrittenBar> = {}): WrittenBar => ({
  open_at: '2026-11-24T10:00:00Z',
  ...{ open: '1.5', high: '2', low: '1', close: '1.75', volume: 3 },
  ...over,
});

describe('pushed bars', () => {
  it('have nothing wrong with them when they are in order, at the edge too', () => {
    const flat = { open: '1', high: '1.0', low: '1.00', close: '1' };
    expect(problemsOf([bar(), bar({ open_at: '2026-11-24T10:01:00Z', ...flat })])).toEqual([]);
  });

  it.each([
    [{ low: '2.1' }, '/body/bars/0/low', 'is above the high 2'],
    [{ open: '0.9' }, '/body/bars/0/open', 'is below the low 1'],
    [{ open: '2.0001' }, '/body/bars/0/open', 'is above the high 2'],
    [{ close: '0.99' }, '/body/bars/0/close', 'is below the low 1'],
    [{ close: '10' }, '/body/bars/0/close', 'is above the high 2'],
  ])('with %j are refused at %s', (over, pointer, detail) => {
    expect(problemsOf([bar(over)])).toEqual([{ pointer, detail }]);
  });

  it('are told everything that is wrong at once, and which bar it is about', () => {
    const bars = [
      bar({ open_at: '2026-11-24T10:02:00Z' }),
      bar({ open_at: '2026-11-24T11:01:00+01:00', close: '3' }),
      bar({ open_at: '2026-11-24T10:02:00.000Z' }),
      bar({ open_at: '2026-11-24T10:01:00Z', open: '3', close: '0.5' }),
    ];
    expect(problemsOf(bars).map(({ pointer, detail }) => `${pointer} ${detail}`)).toEqual([
      '/body/bars/1/close is above the high 2',
      '/body/bars/1/open_at is before that of bar 0; the oldest comes first',
      '/body/bars/2/open_at is the open of bar 0 already',
      '/body/bars/3/open is above the high 2',
      '/body/bars/3/close is below the low 1',
      '/body/bars/3/open_at is the open of bar 1 already',
    ]);
  });

  it('are compared by every digit', () => {
    expect(problemsOf([bar({ high: '1.75000000000000000001', close: '1.75000000000000000002' })])).toHaveLength(1);
    const cents = fc.bigInt({ min: 1n, max: 10n ** 30n });
    const text = (value: bigint): string => `${value / 100n}.${String(value % 100n).padStart(2, '0')}`;
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(Math.sign(compare(text(a), text(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('fit into one message, 500 of them with prices as long as they may be', () => {
    const price = '9'.repeat(64);
    const longest = { open: price, high: price, low: price, close: price, volume: 1.2345678901234567e-100 };
    const bars = Array.from({ length: 500 }, () => asPushed(bar(longest)));
    expect(bars[0]?.open).toBe(decimal(price));
    const at = instant('2026-11-24T10:00:00Z');
    const message = encodeCommand(
      { type: 'PushBars', data: { pair: pairOf('x'.repeat(55), '15m'), bars } },
      {
        ...{ id: 'i'.repeat(256), correlationId: 'i'.repeat(256), sender: 'query', service: 'ingestion' },
        ...{ tenant: 'shared', actor: 'person:local', time: at, expiresAt: at },
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      },
    );
    expect(message.length).toBeLessThan(240 * 1024);
  });
});
