import { existsSync, readFileSync } from 'node:fs';
import { validatePolicy } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { barsBetween } from '../bar-grid.ts';
import { customCalendar } from './custom-calendar.ts';
import { fx24x5 } from './fx-24x5.ts';

const example = new URL('../../../../../proto-schemas/policy/calendar.good/oanda-by-the-minute.json', import.meta.url);
const document: unknown = JSON.parse(readFileSync(example, 'utf8'));
validatePolicy('calendar', document);
const oanda = customCalendar(document);

describe('the week of foreign exchange with a break for maintenance every day', () => {
  it('expects no bar of a minute from 16:58 to 17:03 in New York, and every other one', () => {
    const [from, until] = [instant('2014-05-04T21:00:00Z'), instant('2014-05-09T21:00:00Z')];
    const minutesOf = (calendar: typeof oanda): string[] =>
      [...barsBetween(calendar, '1m', from, until)].map(({ openAt }) => openAt.slice(0, 16));
    const there = new Set(minutesOf(oanda));
    const all = minutesOf(fx24x5);
    const absent = all.filter((minute) => !there.has(minute));
    expect(there.size).toBe(5 * (24 * 60 - 5));
    expect(absent.slice(0, 8)).toEqual([
      '2014-05-04T21:00',
      '2014-05-04T21:01',
      '2014-05-04T21:02',
      '2014-05-05T20:58',
      '2014-05-05T20:59',
      '2014-05-05T21:00',
      '2014-05-05T21:01',
      '2014-05-05T21:02',
    ]);
    expect(absent).toHaveLength(5 * 5);
    expect(all).toHaveLength(there.size + absent.length);
  });

  const hours = new URL('../../../../../../shared/data/market_hours_lean_excerpt.json', import.meta.url);
  const isThere = existsSync(hours);
  if (!isThere) console.info('skipped: ../shared/data/market_hours_lean_excerpt.json is not there');

  (isThere ? it : it.skip)('is open when a second source says so, in winter and in summer', () => {
    type Span = { readonly start: string; readonly end: string };
    const week = (JSON.parse(readFileSync(hours, 'utf8')) as Record<string, Record<string, readonly Span[]>>)[
      'Forex-oanda-[*]'
    ];
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/New_York',
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
    });
    const isOpenThere = (ms: number): boolean => {
      const [day = '', time = ''] = clock.format(ms).split(' ');
      const spans = week?.[day.replace(',', '').toLowerCase()] ?? [];
      return spans.some(
        ({ start, end }) => start.slice(0, 5) <= time && (end.startsWith('1.') || time < end.slice(0, 5)),
      );
    };
    for (const from of ['2014-01-12T00:00:00Z', '2014-05-04T00:00:00Z', '2014-03-09T00:00:00Z']) {
      const wrong: string[] = [];
      for (let ms = Date.parse(from); ms < Date.parse(from) + 7 * 86_400_000; ms += 60_000)
        if (isOpenThere(ms) !== oanda.isOpen(instant(ms))) wrong.push(instant(ms));
      expect(wrong).toEqual([]);
    }
  });
});
