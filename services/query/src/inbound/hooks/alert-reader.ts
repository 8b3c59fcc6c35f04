import type { ReceiveExternalSignal } from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import { fieldsOf, type Fields } from './alert-fields.ts';
import { momentIn, priceIn, signalIn, symbolIn, timeframeIn } from './alert-values.ts';
import { understand, type Understood } from './alert-words.ts';

/** What an alert says, as far as it is understood. */
export type Alert = Omit<ReceiveExternalSignal['data'], 'source' | 'receivedAt'>;

/** The names that senders give to what we look for. The first that is there decides, whether or not it is understood. */
const NAMES = {
  symbol: ['ticker', 'symbol', 'tickerid', 'instrument', 'pair'],
  timeframe: ['interval', 'timeframe', 'tf', 'resolution'],
  signal: [
    ...['strategyorderaction', 'orderaction', 'strategyaction', 'action', 'side', 'signal', 'direction'],
    ...['strategymarketposition', 'marketposition'],
  ],
  price: ['price', 'strategyorderprice', 'orderprice', 'strategyprice', 'close'],
  sentAt: ['timenow', 'time', 'timestamp'],
} as const;

/** Where senders put a sentence. */
const SENTENCES = ['text', 'content', 'message', 'alertmessage', 'strategyorderalertmessage', 'comment'];

const MUTE: Understood = { symbol: null, timeframe: null, signal: null, price: null };

/**
 * Reads what a TradingView alert says: a JSON object with fields of the usual names, or else a sentence. What is not
 * understood is null; all words are kept in any case.
 */
export function readAlert(text: string): Alert {
  const words = plainText(text.trim());
  const fields = fieldsOf(text);
  if (fields === null) return { ...understand(text), words, sentAt: null };
  const sentence = SENTENCES.flatMap((name) => fields.get(name) ?? []).join('\n');
  const understood = sentence === '' ? MUTE : understand(sentence);
  const read = <Value>(what: keyof typeof NAMES, valueIn: (text: string) => Value | null, or: Value | null) => {
    const told = firstOf(fields, NAMES[what]);
    return told === null ? or : valueIn(told);
  };
  return {
    symbol: read('symbol', symbolIn, understood.symbol),
    timeframe: read('timeframe', timeframeIn, understood.timeframe),
    signal: read('signal', signalIn, understood.signal),
    price: read('price', priceIn, understood.price),
    words,
    sentAt: read('sentAt', momentIn, null),
  };
}

function firstOf(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const told = fields.get(name);
    if (told !== undefined && told !== '') return told;
  }
  return null;
}
