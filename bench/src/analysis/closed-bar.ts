import type { PriceBar } from '@tocsin/analysis/analysing';
import type { BarClosed } from '@tocsin/contracts';
import { decimalOf, pairOf, plusMs } from '@tocsin/domain-kit';

const SESSION_MS = 6.5 * 3_600_000;

/** A day bar as ingestion says it, delivered the moment it closes. */
export function closedBar(bar: PriceBar): BarClosed['data'] {
  const closeAt = plusMs(bar.openAt, SESSION_MS);
  return {
    pair: pairOf('SPX', '1d'),
    symbol: 'SPX',
    timeframe: '1d',
    provider: 'bench',
    simulated: true,
    openAt: bar.openAt,
    closeAt,
    open: decimalOf(bar.open, 2),
    high: decimalOf(bar.high, 2),
    low: decimalOf(bar.low, 2),
    close: decimalOf(bar.close, 2),
    volume: bar.volume,
    volumeKind: bar.volumeKind,
    revision: 0,
    backfill: false,
    freshness: { colour: 'GREEN', ratio: 0, schedulable: true, evaluatedAt: closeAt, marketState: 'OPEN' },
    receivedAt: closeAt,
  };
}
