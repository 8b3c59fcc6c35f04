import { earlierOf, laterOf, plusMs, timeframeMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import type { AdapterKind, AdapterSettings, BarsAsked } from '../adapter.ts';
import { addressOf, PagedAdapter, type Dialect, type Page } from '../paged.adapter.ts';
import { readOanda, readOandaNo } from './oanda.bars.ts';

const GRANULARITIES: ReadonlyMap<Timeframe, string> = new Map([
  ['1m', 'M1'],
  ['5m', 'M5'],
  ['15m', 'M15'],
  ['30m', 'M30'],
  ['1h', 'H1'],
  ['4h', 'H4'],
  ['1d', 'D'],
]);

/** A range with more than these is refused, counted by its length: silent intervals count as well. */
const CANDLES_MAX = 5_000;

/**
 * A range that ends in the future by OANDA's clock is refused. It ends with the opening of a candle, and the newest one
 * that is complete opened a minute ago or earlier; so it is within a range that ends this much earlier.
 */
const CLOCK_SKEW_MS = 30_000;

/** Both ends of a page are openings; that of the next one is not within. */
const SECOND_MS = 1_000;

/** OANDA v20: currencies (`EUR_USD`), in days that turn at 17:00 in New York as those of the market do. */
const dialect: Dialect = {
  name: 'oanda',
  timeframes: new Set(GRANULARITIES.keys()),
  firstPage: (asked, place) => pageFrom(asked.from, asked, place),
  nextPage: (asked, { from }, _read, place) => {
    const nextFrom = plusMs(from, CANDLES_MAX * timeframeMs(asked.timeframe));
    return nextFrom < asked.to ? pageFrom(nextFrom, asked, place) : null;
  },
  read: readOanda,
  readNo: readOandaNo,
  costOfPage: 1,
  requestIdIn: 'requestid',
  quotaLeft: () => null,
};

function pageFrom(
  from: Instant,
  { symbol, timeframe, to }: BarsAsked,
  { url, key }: Pick<AdapterSettings, 'url' | 'key'>,
): Page {
  const end = earlierOf(plusMs(to, -CLOCK_SKEW_MS), plusMs(from, CANDLES_MAX * timeframeMs(timeframe) - SECOND_MS));
  return {
    url: addressOf(url, `/v3/instruments/${encodeURIComponent(symbol)}/candles`, {
      price: 'M',
      granularity: GRANULARITIES.get(timeframe) ?? '',
      from,
      to: laterOf(from, end),
      alignmentTimezone: 'America/New_York',
      dailyAlignment: 17,
    }),
    headers: { authorization: `Bearer ${key ?? ''}`, 'accept-datetime-format': 'RFC3339' },
    from,
  };
}

export const oanda: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: true,
  url: 'https://api-fxtrade.oanda.com',
  rate: { calls: 20, perMs: 1_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
