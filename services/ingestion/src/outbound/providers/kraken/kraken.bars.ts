import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { cellOf, completeBars, openAtOf } from '../complete-bars.ts';
import { at, entriesOf, isArray, readJson, textOf, writeJson, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

const TOO_MANY = /rate limit|too many|lockout/i;
const THEIRS = /^EService:|^EGeneral:Internal/;

/**
 * Reads `{error: [], result: {XXBTZUSD: [[time, open, high, low, close, vwap, volume, count]], last}}`, times in seconds.
 * Kraken has its own name for the pair that was asked for, and its last row is always the bar that is still going on.
 */
export function readKraken(text: string, asked: BarsAsked): Reading {
  const json = readJson(text);
  const errors = at(json, 'error');
  if (!isArray(errors)) return garbage(text);
  const complaint = errors.map(textOf).filter((words) => words.startsWith('E')); // What begins with W is a warning.
  if (complaint.length > 0) return sorted(complaint.join('; '));
  const tables = entriesOf(at(json, 'result')).flatMap(([name, value]) =>
    name !== 'last' && isArray(value) ? [value] : [],
  );
  const [table] = tables;
  if (table === undefined || tables.length > 1) return garbage(text);
  const committed = table.slice(0, -1);
  return {
    kind: 'bars',
    bars: completeBars(
      committed.map((row) => barIn(row, asked)),
      asked,
    ),
  };
}

function sorted(complaint: string): Reading {
  const message = `kraken says: ${complaint}`;
  if (TOO_MANY.test(complaint)) return failed('RATE_LIMITED', message);
  return failed(THEIRS.test(complaint) ? 'PROVIDER_ERROR' : 'REFUSED', message);
}

const barIn = (row: Json, asked: BarsAsked): CandidateBar => ({
  openAt: openAtOf(cellOf(row, 0), 1_000, asked),
  open: textOf(cellOf(row, 1)),
  high: textOf(cellOf(row, 2)),
  low: textOf(cellOf(row, 3)),
  close: textOf(cellOf(row, 4)),
  volume: textOf(cellOf(row, 6)),
  revision: 0,
  raw: writeJson(row),
});
