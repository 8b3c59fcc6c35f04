import type { Signal } from '@tocsin/contracts';
import type { Decimal, Timeframe } from '@tocsin/domain-kit';
import { priceIn, signalIn, symbolIn, timeframeIn } from './alert-values.ts';

/** What is looked through for words, at most: they come first in an alert. */
const CHARS_MAX = 4_000;

/** What can be understood of a sentence; null is what it does not say, or says in two ways. */
export type Understood = {
  readonly symbol: string | null;
  readonly timeframe: Timeframe | null;
  readonly signal: Signal | null;
  readonly price: Decimal | null;
};

/** Reads an alert that is no JSON. It is better to understand nothing than to understand the opposite. */
export function understand(text: string): Understood {
  const words = text.slice(0, CHARS_MAX);
  return { symbol: symbolOf(words), timeframe: timeframeOf(words), signal: signalOf(words), price: priceOf(words) };
}

/** `close` in front of a number or an equals sign is a price, and `short-term` is about time. */
const TO_DO =
  /(?<![\w.-])(?:(close|exit|flat)[ \t]+(?:long|short|buy|sell)|(?:buy|sell|long|short|flat|hold|exit|neutral)|close(?![ \t]*[=:]|[ \t]+\d))(?![\w-])/gi;

function signalOf(words: string): Signal | null {
  const said = [...words.matchAll(TO_DO)].map(([word, ending]) => signalIn(ending ?? word));
  return onlyOne(said);
}

const AFTER_NAME = /(?<![\w.])(?:ticker|symbol|filled on)[ \t]*[=:]?[ \t]*([A-Z][A-Z0-9._/:!-]{1,57})/;
const WITH_EXCHANGE = /(?<![\w.:])[A-Z][A-Z_]{1,15}:[A-Z0-9][A-Z0-9._!]{0,30}(?![\w:])/g;
const BESIDE =
  '(?:buy|sell|long|short|close|exit|flat|BUY|SELL|LONG|SHORT|CLOSE|EXIT|FLAT|Buy|Sell|Long|Short|Close|Exit)';
const BEHIND = new RegExp(`(?<![\\w.-])${BESIDE}[ \\t,]+([A-Z][A-Z0-9._/]{1,30})(?![\\w])`);
const BEFORE = new RegExp(`(?<![\\w.])([A-Z][A-Z0-9._/]{1,30})[ \\t,:]+${BESIDE}(?![\\w])`);

/** In capitals, but the name of nothing that is traded. */
const NO_SYMBOLS = new Set(
  'ALERT SIGNAL ORDER NOW AT THE TO ON IN FOR AND STOP LIMIT MARKET POSITION LONG SHORT BUY SELL CLOSE EXIT FLAT RSI MACD EMA SMA ATR VWAP ENTRY NEW STRONG'.split(
    ' ',
  ),
);

function symbolOf(words: string): string | null {
  const named = AFTER_NAME.exec(words)?.[1];
  if (named !== undefined) return symbolIn(ended(named));
  const listed = [...words.matchAll(WITH_EXCHANGE)].map(([found]) => ended(found));
  if (listed.length > 0) return onlyOne(listed.map(symbolIn));
  const beside = [BEHIND, BEFORE].map((place) => place.exec(words)?.[1]).filter((found) => found !== undefined);
  return onlyOne(beside.map(ended).filter((found) => found.length > 1 && !NO_SYMBOLS.has(found)));
}

/** Without the full stop of the sentence. */
const ended = (word: string): string => word.replace(/[.:!/-]+$/, '');

const LENGTH_NAMED = /(?<!\w)(?:interval|timeframe|resolution|tf)[ \t]*[=:]?[ \t]*(\d{0,5}[A-Za-z]{0,3})(?!\w)/i;
const LENGTH = /(?<![\w.])(?:(?:1|5|15|30|60|240)m|[14][hH]|1[dD])(?!\w)/g;

function timeframeOf(words: string): Timeframe | null {
  const named = LENGTH_NAMED.exec(words)?.[1];
  if (named !== undefined && named !== '') return timeframeIn(named);
  return onlyOne([...words.matchAll(LENGTH)].map(([found]) => timeframeIn(found)));
}

const PRICE = /(?<!\w)(?:price|close)[ \t]*[=:]?[ \t]*(\d{1,40}(?:\.\d{1,40})?)(?![\w.,]*\d)/gi;

function priceOf(words: string): Decimal | null {
  return onlyOne([...words.matchAll(PRICE)].map(([, found = '']) => priceIn(found)));
}

/** What is said once, or several times alike. */
function onlyOne<Said>(said: readonly Said[]): Said | null {
  const [first] = said;
  return first !== undefined && said.every((other) => other === first) ? first : null;
}
