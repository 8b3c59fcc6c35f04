import type { CalendarRanShort } from '@tocsin/contracts';
import { msBetween, type Decider, type Instant, type Message } from '@tocsin/domain-kit';
import { DAY_MS } from './calendar-day.ts';

/** Below this many whole days it is said that a calendar runs short: time enough to find out next year's holidays. */
const DAYS_LEFT_MIN = 60;

/** Somebody looked at a calendar. */
export type CheckCalendar = Message<
  'CheckCalendar',
  {
    readonly calendarId: string;
    readonly calendarVersion: string;
    /** Up to which moment it knows; null where it never ends. */
    readonly coversUntil: Instant | null;
    readonly at: Instant;
  }
>;

/** The newest month (`YYYY-MM`, UTC) in which a calendar was said to run short, and which of its versions were. */
export type ShortCalendar = { readonly month: string; readonly versions: readonly string[] };

const monthOf = (at: Instant): string => at.slice(0, 7);

/** A calendar that comes to its end is said once a month for each version, from sixty days before it on. */
export const calendarDecider: Decider<CheckCalendar, CalendarRanShort, ShortCalendar> = {
  initialState: () => ({ month: '', versions: [] }),

  decide({ data: { calendarId, calendarVersion, coversUntil, at } }, { month, versions }) {
    if (coversUntil === null) return [];
    const daysLeft = Math.max(0, Math.floor(msBetween(at, coversUntil) / DAY_MS));
    if (daysLeft >= DAYS_LEFT_MIN) return [];
    if (monthOf(at) < month || (monthOf(at) === month && versions.includes(calendarVersion))) return [];
    return [{ type: 'CalendarRanShort', data: { calendarId, calendarVersion, coversUntil, daysLeft, at } }];
  },

  evolve({ month, versions }, { data: { calendarVersion, at } }) {
    return { month: monthOf(at), versions: [...(monthOf(at) === month ? versions : []), calendarVersion] };
  },
};
