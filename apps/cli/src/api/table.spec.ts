import { cellOf, fields, tableOf } from './table.ts';

describe('a table', () => {
  it('aligns what it shows, with a dash for what is not there', () => {
    const columns = [...fields({ SCOPE: 'scope', LEVEL: 'level' }), { head: 'WHO', of: () => null }];
    const rows = [
      { scope: 'pair-EURUSD-15m', level: 'CRITICAL' },
      { scope: 'service-ä', level: 'WARN' },
    ];
    expect(tableOf(columns, rows)).toEqual([
      'SCOPE            LEVEL     WHO',
      'pair-EURUSD-15m  CRITICAL  -',
      'service-ä        WARN      -',
    ]);
    expect(tableOf(columns, [])).toEqual(['SCOPE  LEVEL  WHO']);
  });

  it.each<[unknown, string]>([
    [undefined, '-'],
    ['', '-'],
    [0, '0'],
    [false, 'false'],
    ['2014-05-06T10:00:00.123Z', '2014-05-06 10:00:00Z'],
    [['a', 'b'], 'a,b'],
    [{ a: 1 }, '{"a":1}'],
    ['two\nlines\u001b[31m', 'two lines [31m'],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ])('shows %j as %s', (value, shown) => {
    expect(cellOf(value)).toBe(shown);
  });
});
