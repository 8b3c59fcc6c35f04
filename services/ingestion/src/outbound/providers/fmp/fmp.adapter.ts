import { earlierOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { DAY_MS } from '../../../domain/calendars/calendar-day.ts';
import type { AdapterKind, AdapterSettings, BarsAsked } from '../adapter.ts';
import { daysAsked } from '../days-asked.ts';
import { addressOf, PagedAdapter, type Dialect, type Page } from '../paged.adapter.ts';
import { readFmp, readFmpNo } from './fmp.bars.ts';

/** Of a range with more than these the newest come. */
const ROWS_MAX = 5_000;

/** Financial Modeling Prep, as far as it is free: the bars of days. */
const dialect: Dialect = {
  name: 'fmp',
  timeframes: new Set(['1d']),
  firstPage: (asked, place) => pageFrom(asked.from, asked, place),
  nextPage: (asked, { from }, _read, place) => {
    const nextFrom = plusMs(from, ROWS_MAX * DAY_MS);
    return nextFrom < asked.to ? pageFrom(nextFrom, asked, place) : null;
  },
  read: readFmp,
  readNo: readFmpNo,
  costOfPage: 1,
  requestIdIn: 'x-request-id',
  quotaLeft: () => null,
};

function pageFrom(
  from: Instant,
  { symbol, calendar, to }: BarsAsked,
  { url, key }: Pick<AdapterSettings, 'url' | 'key'>,
): Page {
  const until = earlierOf(to, plusMs(from, ROWS_MAX * DAY_MS));
  const { first, last } = daysAsked({ calendar, from, to: until });
  const query = { symbol, from: first, to: last, apikey: key ?? '' };
  return { url: addressOf(url, '/stable/historical-price-eod/full', query), from };
}

export const fmp: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: true,
  url: 'https://financialmodelingprep.com',
  // A plan that costs nothing allows 250 requests a day, which is far more than days have closes.
  rate: { calls: 5, perMs: 1_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
