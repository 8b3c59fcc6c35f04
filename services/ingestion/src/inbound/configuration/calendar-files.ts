import { policyProblems, validatePolicy, type SchemaProblem, type TocsinConfig } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import { explain, readJson } from '@tocsin/service-kit';
import { basename } from 'node:path';
import type { CalendarBook } from '../../domain/calendars/calendar-book.ts';
import { calendarProblems } from '../../domain/calendars/calendar-problems.ts';
import type { Calendar } from '../../domain/calendars/calendar.ts';
import { defaultCalendars } from '../../domain/calendars/calendars.ts';
import { customCalendar } from '../../domain/calendars/custom-calendar.ts';
import type { Part } from './part.ts';

/** Reads the calendars that the file names, beside those of the house. */
export function readCalendars({ calendars = [] }: TocsinConfig): Part<CalendarBook> {
  const problems: SchemaProblem[] = [];
  const read = new Map<string, Calendar>();
  for (const [index, { file }] of calendars.entries()) {
    const pointer = `/calendars/${index}/file`;
    const { value, problems: found } = readCalendar(file);
    problems.push(...found.map((problem) => ({ pointer, message: placed(file, problem) })));
    if (value === null) continue;
    if (read.has(value.id)) problems.push({ pointer, message: `${basename(file)} is a second calendar ${value.id}` });
    read.set(value.id, value);
  }
  return { value: defaultCalendars.with([...read.values()]), problems };
}

/** A problem of the calendar's own file; one of the file itself names it already. */
const placed = (file: string, { pointer, message }: SchemaProblem): string =>
  pointer === '' ? message : `${file}: ${pointer} ${message}`;

function readCalendar(file: string): Part<Calendar | null> {
  try {
    const document = readJson(file);
    const problems = policyProblems('calendar', document);
    if (problems.length > 0) return { value: null, problems };
    validatePolicy('calendar', document);
    const unseen = calendarProblems(document);
    return unseen.length > 0 ? { value: null, problems: unseen } : { value: customCalendar(document), problems: [] };
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    return { value: null, problems: [{ pointer: '', message: explain(error) }] };
  }
}
