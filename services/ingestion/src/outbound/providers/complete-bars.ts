import { epochMs, instant, plusMs, timeframeMs, type Instant } from '@tocsin/domain-kit';
import { barCloseOf, dayBarOpenAt } from '../../domain/bar-grid.ts';
import { DAY_MS, dayOf, dayText } from '../../domain/calendars/calendar-day.ts';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import type { BarsAsked } from './adapter.ts';
import { isArray, Numeral, textOf, writeJson, type Json } from './json.ts';

type Grid = Pick<BarsAsked, 'calendar' | 'timeframe'>;

/** Moments outside these have years of another length, and would not sort as text. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A cell of a row by its place; undefined where there is none, or no row. */
export const cellOf = (row: Json, place: number): Json | undefined => (isArray(row) ? row[place] : undefined);

/**
 * The moment at which a bar opens whose time counts `unitMs` since the epoch, as a number or its text. The bar of a day is
 * told at midnight UTC, and opens with the session of that day. Null when it is no such time.
 */
export function openAtOf(time: Json | undefined, unitMs: 1 | 1_000, grid: Grid): Instant | null {
  const text = typeof time === 'string' || time instanceof Numeral ? textOf(time) : '';
  return /^-?\d+$/.test(text) ? openAtMs(Number(text) * unitMs, grid) : null;
}

/** In which place of a row each number of a bar stands; the time stands first. */
export type Columns = Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', number>>;

/** The bar in a row of a table, its numbers as they were told; `unitMs` is that of its time. */
export const barInRow = (row: Json, columns: Columns, unitMs: 1 | 1_000, grid: Grid): CandidateBar => ({
  openAt: openAtOf(cellOf(row, 0), unitMs, grid),
  open: textOf(cellOf(row, columns.open)),
  high: textOf(cellOf(row, columns.high)),
  low: textOf(cellOf(row, columns.low)),
  close: textOf(cellOf(row, columns.close)),
  volume: textOf(cellOf(row, columns.volume)),
  revision: 0,
  raw: writeJson(row),
});

/** The same for a time in milliseconds since the epoch that has been read already. */
export function openAtMs(ms: number, { calendar, timeframe }: Grid): Instant | null {
  if (!Number.isInteger(ms) || ms < FIRST_MS || ms > LAST_MS) return null;
  const openAt = instant(ms);
  const isDay = timeframe === '1d' && ms % DAY_MS === 0 && calendar.covers(openAt);
  return isDay ? dayBarOpenAt(calendar, dayText(ms)) : openAt;
}

/** The first moment that is asked for, as a provider tells it that tells the bar of a day at midnight UTC. */
export function firstTimeAsked({ calendar, timeframe, from }: BarsAsked): Instant {
  if (timeframe !== '1d') return from;
  const tradingOn = calendar.covers(from) ? calendar.tradingDayFrom(from).tradingOn : dayText(epochMs(from));
  return instant(dayOf(tradingOn));
}

/**
 * The moment that `text` (`YYYY-MM-DDTHH:MM:SS`, in UTC) names; null where there is none, such as a 30 February, for which
 * the engine would take a day of March.
 */
export function momentIn(text: string): Instant | null {
  const ms = Date.parse(`${text}.000Z`);
  return !Number.isNaN(ms) && instant(ms).startsWith(text) ? instant(ms) : null;
}

/**
 * Of the bars that a provider told, oldest first, those that were asked for and are complete, in order: they open at
 * `from` or later and have closed by `to`. One whose time cannot be read stays behind the one before it, to be put aside.
 */
export function completeBars(bars: readonly CandidateBar[], asked: BarsAsked): readonly CandidateBar[] {
  let placed = '';
  return bars
    .filter(({ openAt }) => openAt === null || (openAt >= asked.from && closeAtOf(openAt, asked) <= asked.to))
    .map((bar) => ({ bar, place: (placed = bar.openAt ?? placed) }))
    .sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : 0))
    .map(({ bar }) => bar);
}

/** When a bar closes; one that does not fit the market's grid, which a rule will say, is as long as its kind. */
const closeAtOf = (openAt: Instant, { calendar, timeframe }: Grid): Instant =>
  barCloseOf(calendar, timeframe, openAt) ??
  plusMs(openAt, Math.min(timeframeMs(timeframe), LAST_MS - epochMs(openAt)));
