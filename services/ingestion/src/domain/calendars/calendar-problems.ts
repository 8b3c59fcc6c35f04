import { isTimeZone } from '@tocsin/domain-kit';
import type { MarketCalendar, SchemaProblem } from '@tocsin/contracts';
import { DAY_MS, dayOf, weekdayOf } from './calendar-day.ts';
import { cut, lengthMs, wallMs, WEEKDAYS, weekOf, type Span } from './week.ts';

const WEEK_MS = 7 * DAY_MS;

/** Returns what no schema can see to be wrong with a calendar: where, what, and what would be right. */
export function calendarProblems(document: MarketCalendar): readonly SchemaProblem[] {
  return [...zoneProblems(document), ...yearProblems(document), ...weekProblems(document), ...dayProblems(document)];
}

function* zoneProblems({ timeZone }: MarketCalendar): Generator<SchemaProblem> {
  if (isTimeZone(timeZone)) return;
  yield { pointer: '/timeZone', message: `'${timeZone}' is no time zone; one is called, for example, Europe/Berlin` };
}

function* yearProblems({ years: { first, last } }: MarketCalendar): Generator<SchemaProblem> {
  if (last < first) yield { pointer: '/years/last', message: `${last} comes before the first year, ${first}` };
}

/** A session of the week: where it stands in the document, and when it is, in milliseconds after Sunday's midnight. */
type Placed = Span & { readonly pointer: string };

function* weekProblems(document: MarketCalendar): Generator<SchemaProblem> {
  const placed = weekOf(document).flatMap((spans, weekday) =>
    spans.map(({ opensMs, closesMs }, index) => ({
      pointer: `/week/${WEEKDAYS[weekday] ?? ''}/${index}`,
      opensMs: opensMs + weekday * DAY_MS,
      closesMs: closesMs + weekday * DAY_MS,
    })),
  );
  const [first] = placed;
  if (first === undefined) {
    yield { pointer: '/week', message: 'has no session, so the market would never open' };
    return;
  }
  for (const { pointer, opensMs, closesMs } of placed) {
    if (closesMs > opensMs) continue;
    const how =
      'a session over midnight says "closesShiftDays": 1, or "opensShiftDays": -1 where it bears the later day';
    yield { pointer: `${pointer}/closesAt`, message: `is not after the opening; ${how}` };
  }
  const nextWeeks = { ...first, opensMs: first.opensMs + WEEK_MS, closesMs: first.closesMs + WEEK_MS };
  yield* overlaps([...placed, nextWeeks]);
}

/** Sessions stand in the order of their trading days, and the last of the week comes before the first of the next. */
function* overlaps(placed: readonly Placed[]): Generator<SchemaProblem> {
  for (const [index, { pointer, opensMs }] of placed.entries()) {
    const before = placed[index - 1];
    if (before === undefined || opensMs >= before.closesMs) continue;
    yield {
      pointer: `${pointer}/opensAt`,
      message: `lies before the close of ${before.pointer}: sessions do not overlap`,
    };
  }
}

function* dayProblems(document: MarketCalendar): Generator<SchemaProblem> {
  const { years, holidays = [], closures = [], earlyCloses = [], lateOpens = [] } = document;
  const closedOn = new Map(holidays.map((on, index) => [on, `/holidays/${index}`]));
  for (const [index, { on }] of closures.entries()) closedOn.set(on, `/closures/${index}`);

  yield* listProblems(years, 'holidays', '', holidays);
  yield* listProblems(
    years,
    'closures',
    '/on',
    closures.map(({ on }) => on),
  );
  yield* listProblems(
    years,
    'earlyCloses',
    '/on',
    earlyCloses.map(({ on }) => on),
  );
  yield* listProblems(
    years,
    'lateOpens',
    '/on',
    lateOpens.map(({ on }) => on),
  );

  const week = weekOf(document);
  const hoursOn = (on: string): readonly Span[] => week[weekdayOf(dayOf(on))] ?? [];
  for (const [index, { on, closesAt, closesShiftDays }] of earlyCloses.entries()) {
    const hours = cut(hoursOn(on), undefined, wallMs(closesAt, closesShiftDays));
    yield* shorteningProblems(`/earlyCloses/${index}`, 'closesAt', { on, closedOn, ordinary: hoursOn(on), hours });
  }
  for (const [index, { on, opensAt, opensShiftDays }] of lateOpens.entries()) {
    const hours = cut(hoursOn(on), wallMs(opensAt, opensShiftDays));
    yield* shorteningProblems(`/lateOpens/${index}`, 'opensAt', { on, closedOn, ordinary: hoursOn(on), hours });
  }
}

/** The days of one list: real ones, within the years, each once. */
function* listProblems(
  { first, last }: MarketCalendar['years'],
  list: string,
  field: string,
  days: readonly string[],
): Generator<SchemaProblem> {
  for (const [index, on] of days.entries()) {
    const pointer = `/${list}/${index}${field}`;
    const year = Number(on.slice(0, 4));
    if (Number.isNaN(dayOf(on))) yield { pointer, message: `${on} is no day of any calendar` };
    else if (year < first || year > last)
      yield { pointer, message: `${on} lies outside the years ${first} to ${last}` };
    else if (days.indexOf(on) < index) yield { pointer, message: `${on} is there twice` };
  }
}

/** A day that begins later or ends earlier trades at all, then is shorter than ordinarily, and has something left. */
function* shorteningProblems(
  pointer: string,
  field: string,
  day: {
    readonly on: string;
    readonly closedOn: ReadonlyMap<string, string>;
    readonly ordinary: readonly Span[];
    readonly hours: readonly Span[];
  },
): Generator<SchemaProblem> {
  const { on, closedOn, ordinary, hours } = day;
  const closedBy = closedOn.get(on);
  if (Number.isNaN(dayOf(on))) return;
  if (closedBy !== undefined) yield { pointer: `${pointer}/on`, message: `${on} is closed by ${closedBy}` };
  else if (ordinary.length === 0) yield { pointer: `${pointer}/on`, message: `${on} has no session to shorten` };
  else if (hours.length === 0) yield { pointer: `${pointer}/${field}`, message: `leaves nothing of ${on}` };
  else if (lengthMs(hours) === lengthMs(ordinary))
    yield { pointer: `${pointer}/${field}`, message: `does not shorten ${on}` };
}
