import { epochMs } from '@tocsin/domain-kit';
import type { BarsAsked } from '../adapter.ts';
import { barInRow, cellOf, completeBars, type Columns } from '../complete-bars.ts';
import { at, isArray, readJson, textOf, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

const COLUMNS: Columns = { open: 1, high: 2, low: 3, close: 4, volume: 5 };

/** Codes by which Binance says that it is busy or in trouble; all others are about the request. */
const TOO_MANY = new Set(['-1003', '-1015', '-1034']);
const THEIRS = new Set(['-1000', '-1001', '-1004', '-1006', '-1007', '-1008', '-1016']);

/**
 * Reads `[[openTime, open, high, low, close, volume, closeTime, …]]`, times in milliseconds, prices as strings, oldest
 * first. The last row may be a bar that is still going on, whose `closeTime` has not come.
 */
export function readBinance(text: string, asked: BarsAsked): Reading {
  const json = readJson(text);
  if (isArray(json)) {
    const closed = json.filter((row) => !isGoingOn(row, asked));
    return {
      kind: 'bars',
      bars: completeBars(
        closed.map((row) => barInRow(row, COLUMNS, 1, asked)),
        asked,
      ),
    };
  }
  const code = at(json, 'code');
  return code === undefined ? garbage(text) : sorted(textOf(code), textOf(at(json, 'msg')));
}

/** The last millisecond of a bar is its `closeTime`. */
function isGoingOn(row: Json, { to }: BarsAsked): boolean {
  const closeTime = textOf(cellOf(row, 6));
  return /^\d{1,15}$/.test(closeTime) && Number(closeTime) >= epochMs(to);
}

function sorted(code: string, words: string): Reading {
  const message = `binance says: ${code} ${words}`;
  if (TOO_MANY.has(code)) return failed('RATE_LIMITED', message);
  return failed(THEIRS.has(code) ? 'PROVIDER_ERROR' : 'REFUSED', message);
}
