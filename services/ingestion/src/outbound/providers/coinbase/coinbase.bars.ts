import type { BarsAsked } from '../adapter.ts';
import { barInRow, completeBars, type Columns } from '../complete-bars.ts';
import { at, isArray, readJson, textOf } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

const COLUMNS: Columns = { open: 3, high: 2, low: 1, close: 4, volume: 5 };

/**
 * Reads `[[time, low, high, open, close, volume]]`: the low stands first, the newest row too, times are in seconds. A bar
 * without trades has no row, and rows from before the range may come along.
 */
export function readCoinbase(text: string, asked: BarsAsked): Reading {
  const json = readJson(text);
  if (isArray(json)) {
    return {
      kind: 'bars',
      bars: completeBars(
        json.toReversed().map((row) => barInRow(row, COLUMNS, 1_000, asked)),
        asked,
      ),
    };
  }
  const words = at(json, 'message');
  return words === undefined ? garbage(text) : failed(codeOf(textOf(words)), `coinbase says: ${textOf(words)}`);
}

const codeOf = (words: string): 'RATE_LIMITED' | 'PROVIDER_ERROR' | 'REFUSED' => {
  if (/rate limit|slow down/i.test(words)) return 'RATE_LIMITED';
  return /internal|unavailable/i.test(words) ? 'PROVIDER_ERROR' : 'REFUSED';
};
