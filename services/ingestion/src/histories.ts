import { instant, pairOf, plusMs, type Timeframe } from '@tocsin/domain-kit';
import { defaultFeedLatencyMs } from './domain/bar-grid.ts';
import type { CalendarId } from './domain/calendars/calendar.ts';
import { calendarOf } from './domain/calendars/calendars.ts';
import type { FeedDefinition } from './domain/feed.ts';
import { seedOf } from './domain/random.ts';
import type { Provider } from './outbound/providers/provider.ts';
import { RecordedProvider } from './outbound/providers/recorded/recorded.provider.ts';
import { FORTNIGHT, FORTNIGHT_INCIDENTS } from './outbound/providers/simulated/fortnight.ts';
import type { Incident } from './outbound/providers/simulated/script.ts';
import { SimulatedProvider } from './outbound/providers/simulated/simulated.provider.ts';

import { SOAK_DAY, SOAK_PAIRS, soakIncidents } from './outbound/providers/simulated/soak.ts';

/** A feed of accelerated history: what is watched, and where its bars come from. */
export type HistoricFeed = {
  readonly definition: FeedDefinition;
  /** As many as the feed has sources, in their order. */
  readonly providers: readonly Provider[];
};

/** A feed begins with this many bars of history. Source: ingestion, section 6.1. */
const BACKFILL_BARS = 300;

/** The S&P 500 by day, 2000 to 2020, from the npm package `vega-datasets` (BSD-3-Clause). Its exports hide the data. */
const SP500_FILE = new URL('../data/sp500-2000.csv', import.meta.resolve('vega-datasets'));

/** How long after the close of the exchange the recorded bar of the day is there. */
const SP500_LATENCY_MS = 15 * 60_000;

/** Keeps the troubles of the spare provider apart from those of the first one. */
const SPARE_SEED = 1_000_003;

const QUARTER_OF_AN_HOUR_MS = 15 * 60_000;

/** The script's days leave room for this many quarters of an hour before the market closes. */
const TROUBLES_SPREAD_OVER = 16;

/** A beginning brings all of a feed's history at one moment: so feeds begin one after the other, within a day. */
const BEGINNINGS_SPREAD_OVER = 96;

/** The feeds that `npm start` plays; with `simulatedPairs` above 1, more made-up ones beside EURUSD. */
export async function historicFeeds(simulatedPairs = 1): Promise<readonly HistoricFeed[]> {
  const sp500 = await RecordedProvider.open(SP500_FILE, {
    calendar: calendarOf('XNYS'),
    timeframe: '1d',
    backfillBars: BACKFILL_BARS,
    latencyMs: SP500_LATENCY_MS,
    beginAt: instant('2000-01-03T21:00:00.000Z'),
  });
  return [
    feedOf('SPX', '1d', 'XNYS', 'traded', sp500),
    ...Array.from({ length: simulatedPairs }, (_, index) => simulatedFeed(index)),
  ];
}

/** A day of twenty pairs by the minute on which everything goes wrong that can, the same for the same seed. */
export const soakFeeds = (seed: number): readonly HistoricFeed[] =>
  Array.from({ length: SOAK_PAIRS }, (_, index) =>
    soakFeed(seed * SOAK_PAIRS + index, `SOAK${index}`, index % 2 === 1),
  );

/** Half of the pairs have a second provider to go on with; it tells the same prices and has troubles of its own. */
function soakFeed(seed: number, symbol: string, hasSpare: boolean): HistoricFeed {
  const calendar = calendarOf('24x7');
  const open = (name: string, incidents: readonly Incident[]): Provider =>
    new SimulatedProvider({
      name,
      calendar,
      timeframe: '1m',
      ...SOAK_DAY,
      incidents,
      seed,
      startPrice: 100,
      volatility: 0.000_4,
      digits: 4,
    });
  const main = open('simulated', soakIncidents(seed, 'whole-provider'));
  const providers = hasSpare ? [main, open('spare', soakIncidents(seed + SPARE_SEED, 'pair-only'))] : [main];
  const feed = feedOf(symbol, '1m', '24x7', 'traded', main);
  const sources = providers.map(({ name: provider }) => ({ provider, symbol }));
  return { definition: { ...feed.definition, sources }, providers };
}

/** EURUSD is the first; the others are called after their number. */
function simulatedFeed(index: number): HistoricFeed {
  const symbol = index === 0 ? 'EURUSD' : `SIM${index}`;
  const troublesLaterMs = (index % TROUBLES_SPREAD_OVER) * QUARTER_OF_AN_HOUR_MS;
  const provider = new SimulatedProvider({
    calendar: calendarOf('FX_24x5'),
    timeframe: '15m',
    ...FORTNIGHT,
    beginAt: plusMs(FORTNIGHT.beginAt, (index % BEGINNINGS_SPREAD_OVER) * QUARTER_OF_AN_HOUR_MS),
    incidents: FORTNIGHT_INCIDENTS.map((incident) => ({
      ...incident,
      closeAt: plusMs(incident.closeAt, troublesLaterMs),
    })),
    seed: seedOf(symbol),
    startPrice: 0.915, // Where EURUSD was in March 2001; the rest is made up.
    volatility: 0.000_6,
    digits: 5,
  });
  return feedOf(symbol, '15m', 'FX_24x5', 'tick', provider);
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
    providers: [provider],
  };
}
