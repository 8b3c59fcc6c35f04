import type { MarketCalendar } from '@tocsin/contracts';
import { DAY_MS } from './calendar-day.ts';

/** A session on the wall, in milliseconds after the midnight with which its trading day begins; negative before it. */
export type Span = { readonly opensMs: number; readonly closesMs: number };

/** As they are called in a calendar's document; the index is the weekday, Sunday 0. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** A time of day (`HH:MM`) so many days after its trading day, in milliseconds after that day's midnight. */
export function wallMs(time: string, shiftDays = 0): number {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  return shiftDays * DAY_MS + (hours * 60 + minutes) * 60_000;
}

/** The sessions of an ordinary week by weekday, Sunday first. */
export const weekOf = ({ week }: MarketCalendar): readonly (readonly Span[])[] =>
  WEEKDAYS.map((name) =>
    (week[name] ?? []).map(({ opensAt, opensShiftDays, closesAt, closesShiftDays }) => ({
      opensMs: wallMs(opensAt, opensShiftDays),
      closesMs: wallMs(closesAt, closesShiftDays),
    })),
  );

/** What is left of a day that begins later or ends earlier. */
export const cut = (spans: readonly Span[], fromMs = -Infinity, untilMs = Infinity): readonly Span[] =>
  spans
    .map(({ opensMs, closesMs }) => ({ opensMs: Math.max(opensMs, fromMs), closesMs: Math.min(closesMs, untilMs) }))
    .filter(({ opensMs, closesMs }) => opensMs < closesMs);

/** How long a day's sessions are together, in milliseconds. */
export const lengthMs = (spans: readonly Span[]): number =>
  spans.reduce((sum, { opensMs, closesMs }) => sum + closesMs - opensMs, 0);
