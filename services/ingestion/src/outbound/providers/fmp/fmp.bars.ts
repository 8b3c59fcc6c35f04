import type { Instant } from '@tocsin/domain-kit';
import type { Reply } from '@tocsin/outbound';
import { dayBarOpenAt } from '../../../domain/bar-grid.ts';
import { dayOf } from '../../../domain/calendars/calendar-day.ts';
import type { Calendar } from '../../../domain/calendars/calendar.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { completeBars } from '../complete-bars.ts';
import { at, isArray, readJson, textOf, writeJson, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage, wordsIn } from '../sorting.ts';

/**
 * Reads days: `[{symbol, date, open, high, low, close, volume, …}]`, newest first; or an error, which comes under HTTP 200
 * as well: `{"Error Message": …}`.
 */
export function readFmp(text: string, asked: BarsAsked): Reading {
  const told = readJson(text);
  if (!isArray(told)) {
    const words = textOf(at(told, 'Error Message') ?? at(told, 'error'));
    return words === '' ? garbage(text) : (sorted(words) ?? failed('REFUSED', `fmp says: ${words}`));
  }
  const oldestFirst = told.map((row) => barIn(row, asked.calendar)).reverse();
  return { kind: 'bars', bars: completeBars(oldestFirst, asked) };
}

/** Reads what came with a no, where its words tell more than its status. */
export const readFmpNo = ({ excerpt }: Reply): Reading | null => sorted(wordsIn(excerpt) ?? '');

function sorted(words: string): Reading | null {
  const message = `fmp says: ${words}`;
  if (/limit reach|too many requests/i.test(words)) return failed('RATE_LIMITED', message);
  return /legacy endpoint/i.test(words) ? failed('REFUSED', `${LEGACY_REMEDY} ${message}`) : null;
}

/** Keys made after August 2025 are answered under `/stable` only. */
const LEGACY_REMEDY =
  'What to do: let the url of fmp in the configuration be https://financialmodelingprep.com, without /api/v3.';

const barIn = (row: Json, calendar: Calendar): CandidateBar => ({
  openAt: openAtOf(textOf(at(row, 'date')), calendar),
  open: textOf(at(row, 'open')),
  high: textOf(at(row, 'high')),
  low: textOf(at(row, 'low')),
  close: textOf(at(row, 'close')),
  volume: textOf(at(row, 'volume')),
  revision: 0,
  raw: writeJson(row),
});

const openAtOf = (date: string, calendar: Calendar): Instant | null =>
  Number.isNaN(dayOf(date)) ? null : dayBarOpenAt(calendar, date);
