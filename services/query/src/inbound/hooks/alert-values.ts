import {
  decimal,
  instant,
  timeframeMs,
  TIMEFRAMES,
  type Decimal,
  type Instant,
  type Timeframe,
} from '@tocsin/domain-kit';
import type { Signal } from '@tocsin/contracts';

/** The single values of an alert, each from the text that a sender wrote; null where it says nothing that we know. */

const SYMBOL = /^[\x21-\x7e]{1,58}$/;
const PLACEHOLDER = /[{}]/;

/** The instrument as it is spelled; a placeholder that nobody has filled is none. */
export const symbolIn = (text: string): string | null => (SYMBOL.test(text) && !PLACEHOLDER.test(text) ? text : null);

const SIGNALS: Readonly<Record<string, Signal>> = {
  ...{ buy: 'BUY', long: 'BUY' },
  ...{ sell: 'SELL', short: 'SELL' },
  ...{ close: 'HOLD', flat: 'HOLD', hold: 'HOLD', exit: 'HOLD', neutral: 'HOLD' },
};

/** What to do, of one word in any case. Who is out of the market has nothing to buy or to sell. */
export const signalIn = (text: string): Signal | null => {
  const word = text.toLowerCase();
  return Object.hasOwn(SIGNALS, word) ? (SIGNALS[word] ?? null) : null;
};

const UNIT_MS = { '': 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const INTERVAL = /^(\d{1,5})?(m|min|h|H|d|D)?$/;

/** A length of bars as TradingView counts it, in minutes (`60`) or with a unit (`1D`, `4h`). `M` is a month there. */
export function timeframeIn(text: string): Timeframe | null {
  const [match, count, unit = ''] = INTERVAL.exec(text) ?? [];
  if (match === undefined || match === '' || (count === undefined && unit.toLowerCase() !== 'd')) return null;
  const key = unit === 'min' ? 'm' : unit.toLowerCase();
  const ms = Number(count ?? '1') * (key === 'h' || key === 'd' ? UNIT_MS[key] : UNIT_MS.m);
  return TIMEFRAMES.find((timeframe) => timeframeMs(timeframe) === ms) ?? null;
}

const NUMBER = /^(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;
const PRICE_CHARS_MAX = 64;

/** A price with all its digits, without an exponent and without zeros in front; null when it is zero or no number. */
export function priceIn(text: string): Decimal | null {
  const [, whole, part = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === undefined || !/[1-9]/.test(whole + part)) return null;
  const shifted = shift(whole, part, Number(exponent));
  return shifted.length > PRICE_CHARS_MAX ? null : decimal(shifted);
}

function shift(whole: string, part: string, by: number): string {
  if (by === 0) return joined(whole, part);
  const digits = `${'0'.repeat(100)}${whole}${part}${'0'.repeat(100)}`;
  const point = 100 + whole.length + by;
  return joined(digits.slice(0, point), digits.slice(point).replace(/0+$/, ''));
}

const joined = (whole: string, part: string): string =>
  `${whole.replace(/^0+(?=\d)/, '')}${part === '' ? '' : `.${part}`}`;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
const EPOCH = /^\d{10}(?:\d{3})?$/;

/** A moment as it is told: RFC 3339, or seconds or milliseconds since 1970. One without a zone is none. */
export function momentIn(text: string): Instant | null {
  if (EPOCH.test(text)) return instant(Number(text.padEnd(13, '0')));
  if (!RFC_3339.test(text) || Number.isNaN(Date.parse(text))) return null;
  const at = instant(text);
  return /^\d{4}-/.test(at) ? at : null;
}
