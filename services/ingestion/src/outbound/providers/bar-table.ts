import { instant, type Instant } from '@tocsin/domain-kit';
import { dayBarOpenAt } from '../../domain/bar-grid.ts';
import { dayOf } from '../../domain/calendars/calendar-day.ts';
import type { Calendar } from '../../domain/calendars/calendar.ts';
import type { CandidateBar } from '../../domain/candidate-bar.ts';

/** The columns that a table must have, besides one for the time. A volume may be missing: then there is none. */
const PRICES = ['open', 'high', 'low', 'close'] as const;
/** A trading day, or the moment at which the bar opens. */
const TIMES = ['date', 'opentime'] as const;

/** Where in a row of a table each part of a bar stands. */
export type BarColumns = {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Null where the table has no volume. */
  readonly volume: number | null;
};

/** Reads the header of a table of bars; null when it is none, as the first line of a page of HTML is not. */
export function readBarHeader(line: string): BarColumns | null {
  const names = line
    .replace(/^\ufeff/, '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const time = names.findIndex((name) => TIMES.some((known) => known === name));
  const [open = -1, high = -1, low = -1, close = -1] = PRICES.map((name) => names.indexOf(name));
  if ([time, open, high, low, close].includes(-1)) return null;
  const volume = names.indexOf('volume');
  return { time, open, high, low, close, volume: volume === -1 ? null : volume };
}

/** Reads one row as it is; what is wrong with it shows when the bar is inspected. */
export function readBarRow(line: string, columns: BarColumns, calendar: Calendar): CandidateBar {
  const cells = line.split(',').map((cell) => cell.trim());
  const cellAt = (column: number): string => cells[column] ?? '';
  return {
    openAt: openAtOf(cellAt(columns.time), calendar),
    open: cellAt(columns.open),
    high: cellAt(columns.high),
    low: cellAt(columns.low),
    close: cellAt(columns.close),
    volume: columns.volume === null ? '0' : cellAt(columns.volume),
    revision: 0,
    raw: line,
  };
}

/**
 * Reads a table of bars: comma-separated, with a header, without quotes. Rows are taken as they are. Null when the text
 * is no such table.
 */
export function readBarTable(text: string, calendar: Calendar): readonly CandidateBar[] | null {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const columns = readBarHeader(header);
  if (columns === null) return null;
  return lines.filter((line) => line.trim() !== '').map((line) => readBarRow(line, columns, calendar));
}

/** A moment says where on earth it is meant: without that it would be another one on every machine. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A moment of a year with more or fewer than four digits, which an offset may lead to, would not sort as text. */
function openAtOf(text: string, calendar: Calendar): Instant | null {
  const openAt = momentOf(text, calendar);
  return openAt !== null && /^\d{4}-/.test(openAt) ? openAt : null;
}

function momentOf(text: string, calendar: Calendar): Instant | null {
  if (!Number.isNaN(dayOf(text))) return dayBarOpenAt(calendar, text);
  const isMoment = MOMENT.test(text) && !Number.isNaN(dayOf(text.slice(0, 10))) && !Number.isNaN(Date.parse(text));
  return isMoment ? instant(text) : null;
}
