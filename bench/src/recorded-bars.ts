import type { BarClosed, FeedAdded } from '@tocsin/contracts';
import { decimalOf, instant, pairOf, plusMs } from '@tocsin/domain-kit';
import { to, type EntityType, type Observation } from '@tocsin/event-log';

type Close = { readonly type: 'Close'; readonly data: BarClosed['data'] };

/** A feed that says every bar it is given: what the log costs without any domain on top. */
export const plainFeed: EntityType<Close, BarClosed, { readonly bars: number }> = {
  type: 'feed',
  decider: {
    initialState: () => ({ bars: 0 }),
    decide: ({ data }) => [{ type: 'BarClosed', data }],
    evolve: ({ bars }) => ({ bars: bars + 1 }),
  },
};

const DAWN = instant('2026-03-02T00:00:00.000Z');
const MINUTE_MS = 60_000;
const SYMBOLS = ['EURUSD', 'GBPUSD', 'XAUUSD', 'BTCEUR'];

/** The facts with which the lane of a benchmark begins: a feed for each symbol. */
export const feedsAdded: readonly FeedAdded[] = SYMBOLS.map((symbol) => ({
  type: 'FeedAdded',
  data: {
    pair: pairOf(symbol, '1m'),
    symbol,
    timeframe: '1m',
    provider: 'bench',
    calendarId: '24x7',
    calendarVersion: '1',
    volumeKind: 'tick',
    simulated: true,
    feedLatencyMs: 60_000,
    at: DAWN,
  },
}));

/** What the `number`-th bar of a benchmark says: one-minute bars of four symbols in turn. */
export function barData(number: number): BarClosed['data'] {
  const symbol = SYMBOLS[number % SYMBOLS.length] ?? 'EURUSD';
  const openAt = plusMs(DAWN, Math.floor(number / SYMBOLS.length) * MINUTE_MS);
  const closeAt = plusMs(openAt, MINUTE_MS);
  const price = 1 + (number % 100) / 10_000;
  return {
    pair: pairOf(symbol, '1m'),
    symbol,
    timeframe: '1m',
    provider: 'bench',
    simulated: true,
    openAt,
    closeAt,
    open: decimalOf(price, 5),
    high: decimalOf(price + 0.001, 5),
    low: decimalOf(price - 0.001, 5),
    close: decimalOf(price, 5),
    volume: 100,
    volumeKind: 'tick',
    revision: 0,
    backfill: false,
    freshness: { colour: 'GREEN', ratio: 0, schedulable: true, evaluatedAt: closeAt, marketState: 'OPEN' },
    receivedAt: closeAt,
  };
}

/** The same bar as a feed observes it. */
export function barObservation(number: number): Observation {
  const data = barData(number);
  return {
    causeId: `bar:bench:${data.pair}:${data.openAt}:0`,
    time: data.closeAt,
    intentions: [to(plainFeed, data.pair, { type: 'Close', data })],
  };
}
