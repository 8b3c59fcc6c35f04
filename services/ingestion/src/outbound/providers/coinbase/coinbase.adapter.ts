import { earlierOf, plusMs, timeframeMs, type Instant } from '@tocsin/domain-kit';
import type { AdapterKind, BarsAsked } from '../adapter.ts';
import { firstTimeAsked } from '../complete-bars.ts';
import { addressOf, PagedAdapter, type Dialect, type Page } from '../paged.adapter.ts';
import { readCoinbase } from './coinbase.bars.ts';

/** A range with more than these is refused. */
const ROWS_MAX = 300;

const dialect: Dialect = {
  name: 'coinbase',
  timeframes: new Set(['1m', '5m', '15m', '1h', '1d']),
  firstPage: (asked, { url }) => pageFrom(firstTimeAsked(asked), asked, url),
  // By time and not by rows: where nobody traded there is none.
  nextPage: (asked, { from }, _read, { url }) => {
    const nextFrom = plusMs(from, ROWS_MAX * timeframeMs(asked.timeframe));
    return nextFrom < asked.to ? pageFrom(nextFrom, asked, url) : null;
  },
  read: readCoinbase,
  costOfPage: 1,
  requestIdIn: 'cf-ray',
  quotaLeft: () => null,
};

/** Both ends mean the opening of a bar, and both are within the range. */
function pageFrom(from: Instant, { symbol, timeframe, to }: BarsAsked, url: string): Page {
  const lastOpenAt = plusMs(from, (ROWS_MAX - 1) * timeframeMs(timeframe));
  return {
    url: addressOf(url, `/products/${encodeURIComponent(symbol)}/candles`, {
      granularity: timeframeMs(timeframe) / 1_000,
      start: from,
      end: earlierOf(lastOpenAt, to),
    }),
    from,
  };
}

export const coinbase: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: false,
  url: 'https://api.exchange.coinbase.com',
  rate: { calls: 10, perMs: 1_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
