import { TIMEFRAMES, timeframeMs } from '@tocsin/domain-kit';
import type { AdapterKind } from '../adapter.ts';
import { firstTimeAsked } from '../complete-bars.ts';
import { addressOf, epochSeconds, PagedAdapter, type Dialect } from '../paged.adapter.ts';
import { readKraken } from './kraken.bars.ts';

const dialect: Dialect = {
  name: 'kraken',
  timeframes: new Set(TIMEFRAMES),
  // Whether a bar that opens at `since` comes is told in both ways, so it is asked for from just before.
  firstPage: (asked, { url }) => {
    const { symbol, timeframe } = asked;
    const from = firstTimeAsked(asked);
    const query = { pair: symbol, interval: timeframeMs(timeframe) / 60_000, since: epochSeconds(from) - 1 };
    return { url: addressOf(url, '/0/public/OHLC', query), from };
  },
  // Kraken has the newest 720 bars and nothing else: there is never another page.
  nextPage: () => null,
  read: readKraken,
  costOfPage: 1,
  requestIdIn: 'cf-ray',
  quotaLeft: () => null,
};

export const kraken: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: false,
  url: 'https://api.kraken.com',
  rate: { calls: 10, perMs: 10_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
