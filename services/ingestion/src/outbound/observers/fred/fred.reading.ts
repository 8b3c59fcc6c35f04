import type { ObservedValue } from '../../../domain/series/series.ts';
import { at, isArray, readJson, textOf, type Json } from '../../providers/json.ts';
import { dayIn, decimalIn, type Reading } from '../telling.ts';

/** A value with the time in which it was the published one, both days included. */
export type FredValue = ObservedValue & { readonly vintageOn: string; readonly publishedUntil: string };

export type FredPage = {
  readonly values: readonly FredValue[];
  /** How many rows this answer has, and how many there are. */
  readonly rows: number;
  readonly count: number;
};

/** FRED says so where it has no value. */
const NO_VALUE = '.';

/** Reads an answer of `fred/series/observations`. A vintage from after `today` is none yet. */
export function readFred(text: string, today: string): Reading<FredPage> {
  const json = readJson(text);
  const rows = at(json, 'observations');
  if (rows === undefined || !isArray(rows)) {
    const words = at(json, 'error_message');
    if (words === undefined) return { kind: 'garbage', body: text };
    return { kind: 'refusal', words: textOf(words), code: textOf(at(json, 'error_code')) };
  }
  const read = rows.map((row) => readRow(row, today));
  const values = read.filter((value) => value !== null);
  const count = Number(textOf(at(json, 'count')));
  return {
    kind: 'told',
    told: { values, rows: rows.length, count: Number.isSafeInteger(count) ? count : rows.length },
    unreadable: rows.length - values.length,
  };
}

function readRow(row: Json, today: string): FredValue | null {
  const told = at(row, 'value');
  const value = told === NO_VALUE ? null : decimalIn(told);
  const [observedOn, vintageOn] = [dayIn(at(row, 'date')), dayIn(at(row, 'realtime_start'))];
  const isReadable = observedOn !== null && vintageOn !== null && (value !== null || told === NO_VALUE);
  if (!isReadable || vintageOn > today) return null;
  return { observedOn, value, vintageOn, publishedUntil: dayIn(at(row, 'realtime_end')) ?? FOREVER };
}

/** How FRED writes that something is so until further notice. */
export const FOREVER = '9999-12-31';
