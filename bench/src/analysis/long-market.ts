import { readFileSync } from 'node:fs';
import { instant, plusMs } from '@tocsin/domain-kit';
import type { PriceBar } from '@tocsin/analysis/analysing';

const DAWN = instant('1700-01-01T00:00:00.000Z');
const DAY_MS = 86_400_000;

type Row = {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
};

/**
 * Day bars of a market that moves as the S&P 500 did from 2000 to 2020, over and over: each bar as it was, in
 * proportion to the close before, drawn back to 100 at the end of every round so that prices stay prices.
 */
export function longMarket(count: number): readonly PriceBar[] {
  const rows = sp500();
  let close = 100;
  return Array.from({ length: count }, (_, at) => {
    const place = at % (rows.length - 1);
    if (place === 0) close = 100;
    const [before, row] = [rows[place], rows[place + 1]];
    if (before === undefined || row === undefined) throw new RangeError('the file has too few bars');
    const scale = close / before.close;
    const bar: PriceBar = {
      openAt: plusMs(DAWN, at * DAY_MS),
      open: cents(row.open * scale),
      high: cents(row.high * scale),
      low: cents(row.low * scale),
      close: cents(row.close * scale),
      volume: row.volume,
      volumeKind: 'traded',
    };
    close = bar.close;
    return bar;
  });
}

const cents = (price: number): number => Math.round(price * 100) / 100;

function sp500(): readonly Row[] {
  const file = new URL('../data/sp500-2000.csv', import.meta.resolve('vega-datasets'));
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, open, high, low, close, , volume] = line.split(',').map(Number);
    if (open === undefined || high === undefined || low === undefined || close === undefined || volume === undefined)
      throw new RangeError(`'${line}' is no bar`);
    return { open, high, low, close, volume };
  });
}
