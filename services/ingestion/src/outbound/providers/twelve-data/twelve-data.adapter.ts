import { earlierOf, plusMs, timeframeMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import type { AdapterKind, AdapterSettings, BarsAsked } from '../adapter.ts';
import { dayAfter, daysAsked } from '../days-asked.ts';
import { addressOf, countIn, PagedAdapter, type Dialect, type Page } from '../paged.adapter.ts';
import { readTwelveData, readTwelveDataNo } from './twelve-data.bars.ts';

const INTERVALS: ReadonlyMap<Timeframe, string> = new Map([
  ['1m', '1min'],
  ['5m', '5min'],
  ['15m', '15min'],
  ['30m', '30min'],
  ['1h', '1h'],
  ['4h', '4h'],
  ['1d', '1day'],
]);

/** Of a range with more than these the newest come. */
const ROWS_MAX = 5_000;

/** Both ends of a page are openings; that of the next one is not within. */
const SECOND_MS = 1_000;

/** Twelve Data: shares (`AAPL`), currencies (`EUR/USD`) and coins (`BTC/USD`). */
const dialect: Dialect = {
  name: 'twelve-data',
  timeframes: new Set(INTERVALS.keys()),
  firstPage: (asked, place) => pageFrom(asked.from, asked, place),
  nextPage: (asked, { from }, _read, place) => {
    const nextFrom = plusMs(from, ROWS_MAX * timeframeMs(asked.timeframe));
    return nextFrom < asked.to ? pageFrom(nextFrom, asked, place) : null;
  },
  read: readTwelveData,
  readNo: readTwelveDataNo,
  costOfPage: 1,
  requestIdIn: 'x-request-id',
  quotaLeft: (header) => countIn(header('api-credits-left')),
};

function pageFrom(from: Instant, asked: BarsAsked, { url, key }: Pick<AdapterSettings, 'url' | 'key'>): Page {
  const { symbol, timeframe, calendar } = asked;
  const to = earlierOf(asked.to, plusMs(from, ROWS_MAX * timeframeMs(timeframe) - SECOND_MS));
  const days = daysAsked({ calendar, from, to });
  return {
    url: addressOf(url, '/time_series', {
      symbol,
      interval: INTERVALS.get(timeframe) ?? '',
      outputsize: ROWS_MAX,
      timezone: 'UTC',
      order: 'ASC',
      start_date: timeframe === '1d' ? days.first : spelled(from),
      // A range of days ends before the day that is named.
      end_date: timeframe === '1d' ? dayAfter(days.last) : spelled(to),
      apikey: key ?? '',
    }),
    from,
  };
}

/** `2026-03-02 09:30:00` */
const spelled = (at: Instant): string => at.slice(0, 19).replace('T', ' ');

export const twelveData: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: true,
  url: 'https://api.twelvedata.com',
  rate: { calls: 8, perMs: 60_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
