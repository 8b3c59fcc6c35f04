import type { BarClosed } from '@tocsin/contracts';
import { plusMs, timeframeMs, type Instant, type Timeframe } from '@tocsin/domain-kit';

/** A feed of day bars may take this long after the close. */
const DAY_BAR_LATENCY_MS = 2 * 3_600_000;

/** A feed of shorter bars may take a tenth of a bar, but no longer than this. */
const INTRADAY_LATENCY_MS_MAX = 30_000;

/**
 * The moment after which the bar's successor ought to have come, so that nobody should act on this one any more; null
 * when the bar does not tell. One that came in a closed market does not: its successor closes after the next opening,
 * which only the calendar knows.
 */
export function overtakenAfter({ closeAt, timeframe, freshness }: BarClosed['data']): Instant | null {
  if (freshness.marketState === 'CLOSED') return null;
  return plusMs(closeAt, timeframeMs(timeframe) + latencyMs(timeframe));
}

const latencyMs = (timeframe: Timeframe): number =>
  timeframe === '1d' ? DAY_BAR_LATENCY_MS : Math.min(INTRADAY_LATENCY_MS_MAX, timeframeMs(timeframe) / 10);
