import { existsSync, readFileSync } from 'node:fs';
import { DAY_MS, dayOf, dayText, lastWeekday, nthWeekday, weekdayOf, type CalendarDay } from './calendar-day.ts';
import { EARLY_CLOSES, HOLIDAYS, LATE_OPENS, SPECIAL_CLOSURES } from './xnys.days.ts';
import { xnys } from './xnys.ts';

const bundled = new URL('../data/sp500-2000.csv', import.meta.resolve('vega-datasets'));
const shared = (name: string): URL => new URL(`../../../../../../shared/data/${name}`, import.meta.url);
const hours = shared('market_hours_lean_excerpt.json');
const spy = shared('spy_1d_raw_lean.csv');

const FIRST_BAR_ON = '2000-01-03';
const LAST_BAR_ON = '2020-04-17';

const [SUNDAY, MONDAY, THURSDAY, FRIDAY, SATURDAY] = [0, 1, 4, 5, 6] as const;

function* days(from: string, to: string): Generator<CalendarDay> {
  for (let day = dayOf(from); day <= dayOf(to); day += DAY_MS) yield day;
}

const listed = (byYear: Readonly<Record<number, string>>, year: number): string[] =>
  (byYear[year] ?? '').split(' ').map((day) => `${year}-${day}`);

const years = Object.keys(HOLIDAYS).map(Number);

/** Easter Sunday of the Gregorian calendar. Source: J. Meeus, Astronomical Algorithms, chapter 8. */
function easter(year: number): CalendarDay {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1);
}

/** Saturday's holiday is kept on Friday and Sunday's on Monday; only New Year's is not kept in the year before. */
function observed(day: CalendarDay, isNewYear = false): CalendarDay | null {
  if (weekdayOf(day) === SUNDAY) return day + DAY_MS;
  if (weekdayOf(day) === SATURDAY) return isNewYear ? null : day - DAY_MS;
  return day;
}

/** The holidays by NYSE rule 7.2, as the independent check of the table. */
function holidaysByRule(year: number): string[] {
  const on = (month: number, day: number): CalendarDay => Date.UTC(year, month - 1, day);
  return [
    observed(on(1, 1), true),
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    easter(year) - 2 * DAY_MS,
    lastWeekday(year, 5, MONDAY),
    year >= 2022 ? observed(on(6, 19)) : null,
    observed(on(7, 4)),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 11, THURSDAY, 4),
    observed(on(12, 25)),
  ]
    .filter((day) => day !== null)
    .map(dayText);
}

describe('the days of the New York Stock Exchange', () => {
  it('have a session for each of the 5,105 bundled S&P 500 bars, and no other from 2000-01-03 to 2020-04-17', () => {
    const bars = readFileSync(bundled, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(0, 10));
    const sessions = [...days(FIRST_BAR_ON, LAST_BAR_ON)].map(dayText).filter((day) => xnys.sessionOn(day) !== null);

    expect(bars).toHaveLength(5_105);
    expect(sessions).toEqual(bars);
  });

  it.each(years)('are closed in %d exactly on the holidays that the rules give', (year) => {
    expect(listed(HOLIDAYS, year)).toEqual(holidaysByRule(year));
  });

  it('end early, begin late or close specially only on weekdays that are no holidays', () => {
    const closed = new Set(years.flatMap((year) => listed(HOLIDAYS, year)));
    const early = Object.keys(EARLY_CLOSES).flatMap((year) => listed(EARLY_CLOSES, Number(year)));
    const odd = [...early, ...Object.keys(SPECIAL_CLOSURES), ...Object.keys(LATE_OPENS)];
    expect(odd.filter((day) => closed.has(day) || weekdayOf(dayOf(day)) % SATURDAY === SUNDAY)).toEqual([]);
    expect(
      years.filter((year) => !listed(EARLY_CLOSES, year).includes(dayText(nthWeekday(year, 11, THURSDAY, 4) + DAY_MS))),
    ).toEqual([]);
  });

  const whereThere = (file: URL): jest.It => {
    if (existsSync(file)) return it;
    console.info(`skipped: ../shared/data/${file.pathname.split('/').at(-1) ?? ''} is not there`);
    return it.skip;
  };

  whereThere(spy)(
    'have a session for each of the 5,597 bars of SPY, and no other from 1999-01-04 to 2021-03-31',
    () => {
      const bars = readFileSync(spy, 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.slice(0, 10))
        .filter((day) => day >= '1999');
      const sessions = [...days('1999-01-04', '2021-03-31')].map(dayText).filter((day) => xnys.sessionOn(day) !== null);

      expect(bars).toHaveLength(5_597);
      expect(sessions).toEqual(bars);
    },
  );

  whereThere(hours)('agree with the second source where it is there', () => {
    type Hours = { holidays: string[]; earlyCloses: Record<string, string> };
    const lean = (JSON.parse(readFileSync(hours, 'utf8')) as { 'Equity-usa-[*]': Hours })['Equity-usa-[*]'];
    const isoOf = (day: string): string => dayText(Date.parse(`${day} UTC`));
    const isWeekday = (day: string): boolean => weekdayOf(dayOf(day)) !== SUNDAY && weekdayOf(dayOf(day)) !== SATURDAY;
    const covered = (day: string): boolean => day >= '1999-01-01' && day <= '2027-12-31' && isWeekday(day);

    const closed = [...days('1999-01-01', '2027-12-31')]
      .map(dayText)
      .filter((day) => isWeekday(day) && xnys.sessionOn(day) === null);
    expect(closed).toEqual(lean.holidays.map(isoOf).filter(covered).sort());

    const early = Object.keys(EARLY_CLOSES).flatMap((year) => listed(EARLY_CLOSES, Number(year)));
    expect(early.sort()).toEqual(Object.keys(lean.earlyCloses).map(isoOf).filter(covered).sort());
    expect(early.filter((day) => weekdayOf(dayOf(day)) === FRIDAY).length).toBeGreaterThan(20);
  });
});
