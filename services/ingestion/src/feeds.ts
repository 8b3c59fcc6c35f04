import { instant, pairOf, type Timeframe } from '@tocsin/domain-kit';
import { defaultFeedLatencyMs } from './domain/bar-grid.ts';
import type { CalendarId } from './domain/calendars/calendar.ts';
import { calendarOf } from './domain/calendars/calendars.ts';
import type { FeedDefinition } from './domain/feed.ts';
import { seedOf } from './domain/random.ts';
import type { Provider } from './outbound/providers/provider.ts';
import { RecordedProvider } from './outbound/providers/recorded/recorded.provider.ts';
import { FORTNIGHT, FORTNIGHT_INCIDENTS } from './outbound/providers/simulated/fortnight.ts';
import { SimulatedProvider } from './outbound/providers/simulated/simulated.provider.ts';

/** A feed of accelerated history: what is watched, and where its bars come from. */
export type HistoricFeed = { readonly definition: FeedDefinition; readonly provider: Provider };

/** A feed begins with this many bars of history. Source: ingestion, section 6.1. */
const BACKFILL_BARS = 300;

/** The S&P 500 by day, 2000 to 2020, from the npm package `vega-datasets` (BSD-3-Clause). Its exports hide the data. */
const SP500_FILE = new URL('../data/sp500-2000.csv', import.meta.resolve('vega-datasets'));

/** How long after the close of the exchange the recorded bar of the day is there. */
const SP500_LATENCY_MS = 15 * 60_000;

/** The feeds that `npm start` plays. */
export async function historicFeeds(): Promise<readonly HistoricFeed[]> {
  const sp500 = await RecordedProvider.open(SP500_FILE, {
    calendar: calendarOf('XNYS'),
    timeframe: '1d',
    backfillBars: BACKFILL_BARS,
    latencyMs: SP500_LATENCY_MS,
    beginAt: instant('2000-01-03T21:00:00.000Z'),
  });
  const eurusd = new SimulatedProvider({
    calendar: calendarOf('FX_24x5'),
    timeframe: '15m',
    ...FORTNIGHT,
    incidents: FORTNIGHT_INCIDENTS,
    seed: seedOf('EURUSD'),
    startPrice: 0.915, // Where EURUSD was in March 2001; the rest is made up.
    volatility: 0.000_6,
    digits: 5,
  });
  return [feedOf('SPX', '1d', 'XNYS', 'traded', sp500), feedOf('EURUSD', '15m', 'FX_24x5', 'tick', eurusd)];
}

function feedOf(
  symbol: string,
  timeframe: Timeframe,
  calendarId: CalendarId,
  volumeKind: FeedDefinition['volumeKind'],
  provider: Provider,
): HistoricFeed {
  const calendar = calendarOf(calendarId);
  return {
    definition: {
      pair: pairOf(symbol, timeframe),
      symbol,
      timeframe,
      provider: provider.name,
      calendarId,
      calendarVersion: calendar.version,
      volumeKind,
      simulated: provider.simulated,
      feedLatencyMs: defaultFeedLatencyMs(calendar, timeframe),
    },
    provider,
  };
}
