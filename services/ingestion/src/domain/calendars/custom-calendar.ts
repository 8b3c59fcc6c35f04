import type { MarketCalendar } from '@tocsin/contracts';
import { TimeZone, instant } from '@tocsin/domain-kit';
import { DAY_MS, dayOf, dayText, weekdayOf } from './calendar-day.ts';
import type { Calendar, Session } from './calendar.ts';
import { SessionTable } from './session-table.ts';
import { cut, lengthMs, wallMs, weekOf, type Span } from './week.ts';

/** A calendar that somebody wrote, and in which `calendarProblems` finds nothing. */
export function customCalendar(document: MarketCalendar): Calendar {
  const { id, version } = document;
  return new SessionTable({
    id,
    version,
    nominalDayMs: nominalDayMs(weekOf(document)),
    sessions: [...sessionsOf(document)],
  });
}

function* sessionsOf(document: MarketCalendar): Generator<Session> {
  const { years, holidays = [], closures = [], earlyCloses = [], lateOpens = [] } = document;
  const week = weekOf(document);
  const zone = new TimeZone(document.timeZone);
  const closed = new Set([...holidays, ...closures.map(({ on }) => on)]);
  const closes = new Map(
    earlyCloses.map(({ on, closesAt, closesShiftDays }) => [on, wallMs(closesAt, closesShiftDays)]),
  );
  const opens = new Map(lateOpens.map(({ on, opensAt, opensShiftDays }) => [on, wallMs(opensAt, opensShiftDays)]));

  const last = dayOf(`${years.last}-12-31`);
  for (let day = dayOf(`${years.first}-01-01`); day <= last; day += DAY_MS) {
    const tradingOn = dayText(day);
    if (closed.has(tradingOn)) continue;
    const hours = cut(week[weekdayOf(day)] ?? [], opens.get(tradingOn), closes.get(tradingOn));
    for (const { opensMs, closesMs } of hours) {
      const [openMs, closeMs] = [zone.epochMsOf(day + opensMs), zone.epochMsOf(day + closesMs)];
      // A session within the hour that clocks skip in spring does not take place.
      if (openMs < closeMs) yield { tradingOn, openAt: instant(openMs), closeAt: instant(closeMs) };
    }
  }
}

/** The length that most trading days of the week have; of two as common the greater. */
function nominalDayMs(week: readonly (readonly Span[])[]): number {
  const lengths = week.map(lengthMs).filter((length) => length > 0);
  const daysOf = (length: number): number => lengths.filter((other) => other === length).length;
  return lengths.reduce((best, length) => {
    const more = daysOf(length) - daysOf(best);
    return more > 0 || (more === 0 && length > best) ? length : best;
  });
}
