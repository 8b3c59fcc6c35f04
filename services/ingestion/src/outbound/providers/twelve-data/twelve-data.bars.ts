import type { Instant } from '@tocsin/domain-kit';
import type { Reply } from '@tocsin/outbound';
import { dayBarOpenAt } from '../../../domain/bar-grid.ts';
import { dayOf } from '../../../domain/calendars/calendar-day.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { completeBars, momentIn } from '../complete-bars.ts';
import { at, isArray, readJson, textOf, writeJson, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

/** Credits are renewed with every minute; those of the day with the next one, which is too long to wait for a bar. */
const MINUTE_MS = 60_000;

/**
 * Reads a time series: `{meta, values: [{datetime, open, high, low, close, volume?}], status: "ok"}`, or an error, which
 * comes under HTTP 200 as well: `{code, message, status: "error"}`.
 */
export function readTwelveData(text: string, asked: BarsAsked): Reading {
  const told = readJson(text);
  const code = textOf(at(told, 'code'));
  if (textOf(at(told, 'status')) === 'error' || code !== '') return errorOf(code, textOf(at(told, 'message')));
  const values = at(told, 'values');
  if (!isArray(values)) return garbage(text);
  return {
    kind: 'bars',
    bars: completeBars(
      values.map((row) => barIn(row, asked)),
      asked,
    ),
  };
}

/** Reads what comes with another status: the same, where it names a code. */
export function readTwelveDataNo({ excerpt }: Reply, asked: BarsAsked): Reading | null {
  const reading = readTwelveData(excerpt, asked);
  return reading.kind === 'garbage' ? null : reading;
}

function errorOf(code: string, words: string): Reading {
  // That there is no bar yet is told as an error.
  if (/^(?:no data is available|data not found)/i.test(words)) return { kind: 'bars', bars: [] };
  const message = `twelve-data says: ${code} ${words}`;
  switch (code) {
    case '429':
      return failed('RATE_LIMITED', message, /for the current minute/i.test(words) ? MINUTE_MS : null);
    case '400':
    case '401':
    case '403':
    case '404':
    case '414':
      return failed('REFUSED', message);
    default:
      return failed('PROVIDER_ERROR', message);
  }
}

const barIn = (row: Json, asked: BarsAsked): CandidateBar => ({
  openAt: openAtOf(textOf(at(row, 'datetime')), asked),
  open: textOf(at(row, 'open')),
  high: textOf(at(row, 'high')),
  low: textOf(at(row, 'low')),
  close: textOf(at(row, 'close')),
  volume: textOf(at(row, 'volume') ?? '0'),
  revision: 0,
  raw: writeJson(row),
});

/** `2026-03-02 09:30:00`, in UTC as it was asked for; a day is told by its date, with or without midnight behind it. */
function openAtOf(datetime: string, { calendar, timeframe }: BarsAsked): Instant | null {
  const [, day = '', time] = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(datetime) ?? [];
  if (Number.isNaN(dayOf(day))) return null;
  if (timeframe === '1d') return time === undefined || time === '00:00:00' ? dayBarOpenAt(calendar, day) : null;
  return time === undefined ? null : momentIn(`${day}T${time}`);
}
