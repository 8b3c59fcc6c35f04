import { epochMs, plusMs, TIMEFRAMES, timeframeMs, type Instant } from '@tocsin/domain-kit';
import type { AdapterKind, BarsAsked } from '../adapter.ts';
import { firstTimeAsked } from '../complete-bars.ts';
import { addressOf, countIn, PagedAdapter, type Dialect, type Page } from '../paged.adapter.ts';
import { readBinance } from './binance.bars.ts';

const ROWS_MAX = 1_000;
/** What a minute allows of request weight, and what one page of bars weighs. */
const WEIGHT_PER_MINUTE = 6_000;
const WEIGHT_OF_PAGE = 2;

const dialect: Dialect = {
  name: 'binance',
  timeframes: new Set(TIMEFRAMES), // All of ours, and spelled as we do.
  firstPage: (asked, { url }) => pageFrom(firstTimeAsked(asked), asked, url),
  /** A full page ends where the next one begins; what was no bar of the grid is not counted on. */
  nextPage: (asked, { from }, _read, { url }) => {
    const nextFrom = plusMs(from, ROWS_MAX * timeframeMs(asked.timeframe));
    return nextFrom < asked.to ? pageFrom(nextFrom, asked, url) : null;
  },
  read: readBinance,
  costOfPage: WEIGHT_OF_PAGE,
  requestIdIn: 'x-mbx-uuid',
  quotaLeft: (header) => {
    const used = countIn(header('x-mbx-used-weight-1m'));
    return used === null ? null : Math.max(0, WEIGHT_PER_MINUTE - used);
  },
};

/** `startTime` and `endTime` are both within the range, and mean the opening of a bar. */
function pageFrom(from: Instant, { symbol, timeframe, to }: BarsAsked, url: string): Page {
  const beyondMs = epochMs(from) + ROWS_MAX * timeframeMs(timeframe);
  return {
    url: addressOf(url, '/api/v3/klines', {
      symbol,
      interval: timeframe,
      startTime: epochMs(from),
      endTime: Math.min(epochMs(to), beyondMs) - 1,
      limit: ROWS_MAX,
    }),
    from,
  };
}

export const binance: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: false,
  url: 'https://api.binance.com',
  rate: { calls: 20, perMs: 1_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
