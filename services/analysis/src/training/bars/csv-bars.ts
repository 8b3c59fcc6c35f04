import { readFileSync } from 'node:fs';
import { ContractViolation, instant, type Instant } from '@tocsin/domain-kit';
import type { BarWindow, PriceBar } from '../../domain/bar-window.ts';

/** How the columns of a table of bars may be called; a table without a volume has none. */
const COLUMNS = {
  time: ['date', 'opentime', 'time'],
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  volume: ['volume'],
} as const;

type Column = keyof typeof COLUMNS;

const NEEDED: readonly Column[] = ['time', 'open', 'high', 'low', 'close'];

/**
 * Reads a table of bars, comma-separated, with a header and without quotes, oldest first.
 * @throws {ContractViolation} naming the line that is no bar, or not later than the one before.
 */
export function readCsvBars(file: string): BarWindow {
  const lines = textOf(file).split(/\r?\n/);
  const places = placesIn(file, lines[0] ?? '');
  const bars: PriceBar[] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0 || line.trim() === '') continue;
    const bar = barIn(line.split(','), places);
    if (bar === null) throw new ContractViolation(`${file}, line ${at + 1}: '${line}' is no bar`);
    if (bar.openAt <= (bars.at(-1)?.openAt ?? ''))
      throw new ContractViolation(`${file}, line ${at + 1}: ${bar.openAt} is not later than the bar before`);
    bars.push(bar);
  }
  return bars;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ContractViolation(`${file} cannot be read`, { cause: error });
  }
}

function placesIn(file: string, header: string): Readonly<Record<Column, number>> {
  const names = header
    .replace(/^\ufeff/, '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const placeOf = (column: Column): number =>
    names.findIndex((name) => COLUMNS[column].some((known) => known === name));
  const places = {
    time: placeOf('time'),
    open: placeOf('open'),
    high: placeOf('high'),
    low: placeOf('low'),
    close: placeOf('close'),
    volume: placeOf('volume'),
  };
  const missing = NEEDED.filter((column) => places[column] === -1);
  if (missing.length > 0)
    throw new ContractViolation(`${file}: the first line names no column for ${missing.join(', ')}`);
  return places;
}

function barIn(cells: readonly string[], places: Readonly<Record<Column, number>>): PriceBar | null {
  const numberIn = (column: Column): number => {
    const cell = cells[places[column]]?.trim() ?? '';
    return cell === '' ? Number.NaN : Number(cell);
  };
  const openAt = momentIn(cells[places.time]?.trim() ?? '');
  const volume = places.volume === -1 ? 0 : numberIn('volume');
  const bar = { open: numberIn('open'), high: numberIn('high'), low: numberIn('low'), close: numberIn('close') };
  const isBar =
    Object.values(bar).every((price) => Number.isFinite(price) && price > 0) &&
    bar.high >= Math.max(bar.open, bar.close) &&
    bar.low <= Math.min(bar.open, bar.close) &&
    volume >= 0;
  if (openAt === null || !isBar) return null;
  return { openAt, ...bar, volume, volumeKind: places.volume === -1 ? 'none' : 'traded' };
}

/** A day without a time is taken as its midnight in UTC: only the order of bars counts here. */
function momentIn(text: string): Instant | null {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : text;
  return /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(moment) && !Number.isNaN(Date.parse(moment))
    ? instant(moment)
    : null;
}
