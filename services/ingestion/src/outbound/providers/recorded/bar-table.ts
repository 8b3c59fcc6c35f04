import { instant, type Instant } from '@tocsin/domain-kit';
import { dayBarOpenAt } from '../../../domain/bar-grid.ts';
import { dayOf } from '../../../domain/calendars/calendar-day.ts';
import type { Calendar } from '../../../domain/calendars/calendar.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';

/** The columns that a table must have, besides one for the time. A volume may be missing: then there is none. */
const PRICES = ['open', 'high', 'low', 'close'] as const;
/** A trading day, or the moment at which the bar opens. */
const TIMES = ['date', 'opentime'] as const;

/**
 * Reads a table of bars: comma-separated, with a header, without quotes. Rows are taken as they are; what is wrong with
 * one shows when the bar is inspected. Null when the text is no such table, as a page of HTML is not.
 */
export function readBarTable(text: string, calendar: Calendar): readonly CandidateBar[] | null {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const columns = header.split(',').map((name) => name.trim().toLowerCase());
  const timeColumn = columns.findIndex((name) => TIMES.some((time) => time === name));
  if (timeColumn === -1 || !PRICES.every((name) => columns.includes(name))) return null;

  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const cells = line.split(',').map((cell) => cell.trim());
      const cellOf = (name: string): string => cells[columns.indexOf(name)] ?? '';
      return {
        openAt: openAtOf(cells[timeColumn] ?? '', calendar),
        open: cellOf('open'),
        high: cellOf('high'),
        low: cellOf('low'),
        close: cellOf('close'),
        volume: columns.includes('volume') ? cellOf('volume') : '0',
        revision: 0,
        raw: line,
      };
    });
}

function openAtOf(text: string, calendar: Calendar): Instant | null {
  if (!Number.isNaN(dayOf(text))) return dayBarOpenAt(calendar, text);
  return /^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text)) ? instant(text) : null;
}
