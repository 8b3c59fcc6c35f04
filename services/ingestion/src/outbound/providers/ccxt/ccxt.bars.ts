import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { openAtMs } from '../complete-bars.ts';
import { Numeral, textOf } from '../json.ts';

/**
 * Reads what ccxt calls candles: milliseconds, open, high, low, close, volume. Null when it is no table. ccxt has made
 * binary numbers of what the exchange wrote; they are told with the digits by which they are known.
 */
export function readCandles(candles: unknown, asked: BarsAsked): readonly CandidateBar[] | null {
  if (!Array.isArray(candles)) return null;
  // From, not map: a row that is left out of an array is no bar, but it is there.
  return Array.from(candles, (candle: unknown) => {
    const cells: readonly unknown[] = Array.isArray(candle) ? candle : [];
    const [ms, open, high, low, close, volume] = cells;
    return {
      openAt: typeof ms === 'number' ? openAtMs(ms, asked) : null,
      open: digitsOf(open),
      high: digitsOf(high),
      low: digitsOf(low),
      close: digitsOf(close),
      // An exchange that tells no volumes has none, which is no fault of the bar.
      volume: volume === undefined || volume === null ? '0' : digitsOf(volume),
      revision: 0,
      raw: asTold(candle),
    };
  });
}

/** What ccxt handed on, as text for somebody to look at: it may be anything that JavaScript has. */
export function asTold(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'bigint' ? inner.toString() : inner,
    );
    return typeof text === 'string' ? text : 'null';
  } catch {
    return Object.prototype.toString.call(value); // In a circle, or it refuses to be written.
  }
}

function digitsOf(cell: unknown): string {
  if (typeof cell === 'number') return Number.isFinite(cell) ? textOf(new Numeral(String(cell))) : String(cell);
  return typeof cell === 'string' ? cell : '';
}

/** The newest opening in milliseconds that a page has; null where it has none. */
export function newestMsIn(candles: unknown): number | null {
  if (!Array.isArray(candles)) return null;
  const times = candles.map((candle: unknown): unknown => (Array.isArray(candle) ? candle[0] : null));
  return times.reduce<number | null>(
    (newest, ms) => (typeof ms === 'number' && Number.isFinite(ms) && ms > (newest ?? -Infinity) ? ms : newest),
    null,
  );
}
