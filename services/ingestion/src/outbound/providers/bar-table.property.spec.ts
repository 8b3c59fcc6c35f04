import { instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { calendarOf } from '../../domain/calendars/calendars.ts';
import { inspectBar } from '../../domain/rules/inspect-bar.ts';
import { readBarTable } from './bar-table.ts';
import { completeBars } from './complete-bars.ts';

const now = instant('2026-11-24T10:00:00.000Z');

const year = fc.integer({ min: 0, max: 9_999 }).map((number) => String(number).padStart(4, '0'));
const two = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));
const zone = fc.constantFrom('Z', '+14:00', '-12:00', '+99:99', '');
const time = fc.oneof(
  fc.tuple(year, two, two).map((parts) => parts.join('-')),
  fc.tuple(year, two, two, two, two, zone).map(([y, m, d, h, min, z]) => `${y}-${m}-${d}T${h}:${min}:00${z}`),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('0000-01-01', '9999-12-31', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00+14:00', '2026-02-29'),
  fc.string({ unit: 'binary' }),
);
const cell = fc.oneof(fc.double().map(String), fc.constantFrom('1', '2', '3', '', 'NaN', '1e5'), fc.string());
const row = fc.tuple(time, cell, cell, cell, cell, cell).map((cells) => cells.join(','));

describe('a table of anything', () => {
  it.each([
    ['24x7', '1h'],
    ['FX_24x5', '15m'],
    ['FX_24x5', '1d'],
    ['XNYS', '1d'],
    ['XNYS', '5m'],
  ] as const)(
    'by the calendar %s and bars of %s is read, put in order and judged without a stumble',
    (id, timeframe) => {
      const calendar = calendarOf(id);
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
          const bars = readBarTable(['date,open,high,low,close,volume', ...rows].join('\n'), calendar);
          const from = instant('0000-01-01T00:00:00.000Z');
          for (const bar of completeBars(bars ?? [], { symbol: 'x', timeframe, calendar, from, to: now })) {
            inspectBar(bar, { calendar, timeframe, now });
          }
          for (const { openAt } of bars ?? []) expect(openAt ?? '0000-').toMatch(/^\d{4}-/);
        }),
        { numRuns: 4_000 }, // Twenty thousand with all five.
      );
    },
  );
});
