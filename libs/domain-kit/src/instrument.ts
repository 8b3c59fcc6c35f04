import type { Brand } from './brand.ts';

/** A symbol as a subject token: letters and digits, everything else as `=` and two hexadecimal digits (`BRK=2EB`). */
export type SymbolToken = Brand<string, 'SymbolToken'>;

/** What one feed watches: `<symbol token>-<timeframe>`, such as `EURUSD-15m`. Also a subject token. */
export type Pair = Brand<string, 'Pair'>;

const TIMEFRAME_MS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
} as const;

/** The nominal length of a bar. */
export type Timeframe = keyof typeof TIMEFRAME_MS;

/** All timeframes, shortest first. */
export const TIMEFRAMES = Object.keys(TIMEFRAME_MS) as readonly Timeframe[];

/** Tells whether `text` names a timeframe. */
export const isTimeframe = (text: string): text is Timeframe => Object.hasOwn(TIMEFRAME_MS, text);

/** Wall length of one bar in milliseconds; a day bar's session may be shorter. */
export const timeframeMs = (timeframe: Timeframe): number => TIMEFRAME_MS[timeframe];

/** A scope such as `pair-<token>-15m` is a token too, and a token has at most 64 characters. */
const TOKEN_LENGTH_MAX = 64 - 'pair--15m'.length;

/**
 * Returns the safe spelling of a symbol, made once when it enters the house.
 * @throws {RangeError} when the symbol is empty, not printable ASCII, or longer than a token allows.
 */
export function symbolToken(symbol: string): SymbolToken {
  if (!/^[\x21-\x7e]+$/.test(symbol)) throw new RangeError(`'${symbol}' is not a symbol: printable ASCII expected`);
  const token = symbol.replace(
    /[^A-Za-z0-9]/g,
    (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  if (token.length > TOKEN_LENGTH_MAX) throw new RangeError(`symbol '${symbol}' is longer than a subject token allows`);
  return token as SymbolToken;
}

/** The key of the pair that watches `symbol` at `timeframe`. */
export const pairOf = (symbol: string, timeframe: Timeframe): Pair => `${symbolToken(symbol)}-${timeframe}` as Pair;
