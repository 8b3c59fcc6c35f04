import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsvBars } from './csv-bars.ts';

describe('a table of bars', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-csv-'));
  const file = join(folder, 'bars.csv');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (...lines: readonly string[]) => {
    writeFileSync(file, lines.join('\n'));
    return readCsvBars(file);
  };

  it('has its columns in any order, by days or by moments', () => {
    expect(
      read('date,open,high,low,close,adjclose,volume', '2000-01-03,1,3,0.5,2,9,10', '', '2000-01-04,2,2,2,2,9,0'),
    ).toEqual([
      { openAt: '2000-01-03T00:00:00.000Z', open: 1, high: 3, low: 0.5, close: 2, volume: 10, volumeKind: 'traded' },
      { openAt: '2000-01-04T00:00:00.000Z', open: 2, high: 2, low: 2, close: 2, volume: 0, volumeKind: 'traded' },
    ]);
    expect(read('\ufeffclose,low,high,Open,openTime\r', '2,1,3,2,2017-01-02T23:00:00Z\r')).toEqual([
      { openAt: '2017-01-02T23:00:00.000Z', open: 2, high: 3, low: 1, close: 2, volume: 0, volumeKind: 'none' },
    ]);
  });

  it.each([
    ['a price that is none', '2000-01-03,1,3,x,2', /line 2: '2000-01-03,1,3,x,2' is no bar/],
    ['an empty cell', '2000-01-03,1,3,,2', /line 2/],
    ['a price of nothing', '2000-01-03,0,3,0,2', /line 2/],
    ['a low above the close', '2000-01-03,2,3,1.9,1.8', /line 2/],
    ['a high below the open', '2000-01-03,4,3,1,2', /line 2/],
    ['a day that there is not', '2000-13-03,1,3,1,2', /line 2/],
    ['a moment without a zone', '2000-01-03T10:00:00,1,3,1,2', /line 2/],
    ['an infinite price', '2000-01-03,1,Infinity,1,2', /line 2/],
  ])('is refused for %s', (_, line, told) => {
    expect(() => read('date,open,high,low,close', line)).toThrow(told);
  });

  it('is refused when a bar is not later than the one before', () => {
    const day = '2000-01-03,1,3,1,2';
    expect(() => read('date,open,high,low,close', day, day)).toThrow(/line 3: 2000-01-03T00:00:00.000Z is not later/);
  });

  it('is refused without a header, or when it is not there', () => {
    expect(() => read('date,open,hi,low', '2000-01-03,1,3,1')).toThrow('names no column for high, close');
    expect(() => readCsvBars(join(folder, 'none.csv'))).toThrow(/none\.csv cannot be read/);
  });
});
