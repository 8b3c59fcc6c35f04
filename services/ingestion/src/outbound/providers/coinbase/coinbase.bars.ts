import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { cellOf, completeBars, openAtOf } from '../complete-bars.ts';
import { at, isArray, readJson, textOf, writeJson, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

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
        json.toReversed().map((row) => barIn(row, asked)),
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

const barIn = (row: Json, asked: BarsAsked): CandidateBar => ({
  openAt: openAtOf(cellOf(row, 0), 1_000, asked),
  open: textOf(cellOf(row, 3)),
  high: textOf(cellOf(row, 2)),
  low: textOf(cellOf(row, 1)),
  close: textOf(cellOf(row, 4)),
  volume: textOf(cellOf(row, 5)),
  revision: 0,
  raw: writeJson(row),
});
