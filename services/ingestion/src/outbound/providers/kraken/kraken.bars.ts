import type { BarsAsked } from '../adapter.ts';
import { barInRow, completeBars, type Columns } from '../complete-bars.ts';
import { at, entriesOf, isArray, readJson, textOf } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

const TOO_MANY = /rate limit|too many|lockout/i;
const THEIRS = /^EService:|^EGeneral:Internal/;

const COLUMNS: Columns = { open: 1, high: 2, low: 3, close: 4, volume: 6 };

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
      committed.map((row) => barInRow(row, COLUMNS, 1_000, asked)),
      asked,
    ),
  };
}

function sorted(complaint: string): Reading {
  const message = `kraken says: ${complaint}`;
  if (TOO_MANY.test(complaint)) return failed('RATE_LIMITED', message);
  return failed(THEIRS.test(complaint) ? 'PROVIDER_ERROR' : 'REFUSED', message);
}
