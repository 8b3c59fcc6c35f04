import { epochMs, timeframeMs, type Timeframe } from '@tocsin/domain-kit';
import type { AdapterKind, BarsAsked } from '../adapter.ts';
import { daysAsked } from '../days-asked.ts';
import { addressOf, PagedAdapter, type Dialect, type Page } from '../paged.adapter.ts';
import { dayFits, readPolygon } from './polygon.bars.ts';

/** How Polygon spells each bar length: a number of minutes, hours or days. */
const RANGES: ReadonlyMap<Timeframe, string> = new Map([
  ['1m', '1/minute'],
  ['5m', '5/minute'],
  ['15m', '15/minute'],
  ['30m', '30/minute'],
  ['1h', '1/hour'],
  ['4h', '4/hour'],
  ['1d', '1/day'],
]);

/** The most that a page may have, counted in the minutes or days that its bars are made of. */
const LIMIT = 50_000;

const HOUR_MS = 3_600_000;

/** Polygon, which has been called Massive since 2025: shares (`AAPL`), currencies (`C:EURUSD`) and coins (`X:BTCUSD`). */
const dialect: Dialect = {
  name: 'polygon',
  timeframes: new Set(RANGES.keys()),
  cannot: ({ calendar, timeframe, from }) => {
    if (!calendar.covers(from)) return null;
    if (timeframe === '1d') {
      const fits = dayFits(calendar.tradingDayFrom(from));
      return fits ? null : `polygon has days from midnight to midnight, and those of ${calendar.id} are others`;
    }
    const fits = timeframeMs(timeframe) < HOUR_MS || epochMs(calendar.sessionFrom(from).openAt) % HOUR_MS === 0;
    return fits ? null : `polygon has hours by the clock, and those of ${calendar.id} are others; it has 30m`;
  },
  firstPage: (asked, { url, key }) => ({
    url: addressOf(url, pathOf(asked), { adjusted: 'true', sort: 'asc', limit: LIMIT, apiKey: key ?? '' }),
    from: asked.from,
  }),
  nextPage: (_asked, page, { more = null }, place) => (more === null ? null : pageAt(more, page, place)),
  read: readPolygon,
  costOfPage: 1,
  requestIdIn: 'x-request-id',
  quotaLeft: () => null,
};

/** From and to are part of the path, as days, or as milliseconds since the epoch. */
function pathOf({ symbol, timeframe, calendar, from, to }: BarsAsked): string {
  const { first, last } = daysAsked({ calendar, from, to });
  const range = timeframe === '1d' ? `${first}/${last}` : `${epochMs(from)}/${epochMs(to)}`;
  const ticker = encodeURIComponent(symbol).replaceAll('%3A', ':');
  return `/v2/aggs/ticker/${ticker}/range/${RANGES.get(timeframe) ?? ''}/${range}`;
}

/**
 * The page that an answer names, which needs the key again. It is asked for where the first one was, whatever host the
 * answer names: a key is sent to nobody whom the configuration does not name.
 */
function pageAt(
  next: string,
  { from }: Page,
  { url, key }: { readonly url: string; readonly key: string | null },
): Page {
  const { pathname, search } = new URL(next, url);
  const page = new URL(`${url}${pathname}${search}`);
  page.searchParams.set('apiKey', key ?? '');
  return { url: page, from };
}

export const polygon: AdapterKind = {
  timeframes: dialect.timeframes,
  needsKey: true,
  url: 'https://api.polygon.io',
  rate: { calls: 5, perMs: 60_000 },
  make: (settings) => new PagedAdapter(dialect, settings),
};
