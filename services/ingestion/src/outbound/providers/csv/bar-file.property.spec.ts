import { instant, TIMEFRAMES } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import { inspectBar } from '../../../domain/rules/inspect-bar.ts';
import { BarFile, type FileRead } from './bar-file.ts';
import { completeRows } from './complete-rows.ts';
import type { Bytes, OpenFile } from './folder.ts';

const NUM_RUNS = 10_000;
const PATIENCE_MS = 60_000;

const calendar = roundTheClock;
const BEGINNING = instant('0000-01-01T00:00:00.000Z');
const now = instant('2026-11-24T10:00:00.000Z');
const HEADER = 'openTime,open,high,low,close,volume\n';

/** A file in memory; a disk would take most of the time and find nothing else. */
function fileOf(bytes: Buffer): OpenFile<Bytes> {
  const read: Bytes['read'] = (buffer, offset, length, position) =>
    Promise.resolve({ bytesRead: bytes.copy(buffer, offset, position, position + length) });
  return { file: { read }, stats: { dev: 1, ino: 1, size: bytes.length, mtimeMs: bytes.length } };
}

const minute = fc.integer({ min: 0, max: 600 }).map((index) => instant(Date.parse('2026-11-24') + index * 60_000));
const price = fc.oneof(fc.integer({ min: 1, max: 9 }).map(String), fc.constantFrom('', 'NaN', '-1', '1e400', '٣'));
const goodRow = fc.tuple(minute, price, price, price, price, price).map((cells) => cells.join(','));
const oddRow = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', ',,,,,', 'soon,1,2', '2026-11-24', '01/03/2017,1,1,1,1', '9999-12-31T23:59:59Z,1,1,1,1,1'),
);
const row = fc.oneof({ weight: 4, arbitrary: goodRow }, { weight: 1, arbitrary: oddRow });
const table = fc
  .tuple(fc.constantFrom(HEADER, HEADER, HEADER, '\ufeff' + HEADER, '', 'a,b\n'), fc.array(row, { maxLength: 8 }))
  .chain(([header, rows]) =>
    fc.constantFrom('\n', '\r\n').map((end) => header + rows.map((line) => line + end).join('')),
  );

/** A table, whole or with something broken in it; or any bytes. */
const content = fc.oneof(
  { weight: 3, arbitrary: table.map((text) => Buffer.from(text)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(table, fc.nat(), fc.uint8Array({ maxLength: 6 }), fc.nat({ max: 8 }))
      .map(([text, at, put, cut]) => {
        const bytes = Buffer.from(text);
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]);
      }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

const rowsOf = (read: FileRead): readonly CandidateBar[] => (read.kind === 'rows' ? read.rows : []);
const timed = (read: FileRead): readonly string[] =>
  rowsOf(read).flatMap(({ openAt, raw }) => (openAt === null ? [] : [raw]));

describe('a file of anything', () => {
  it(
    'is read, put in order and judged without a stumble, and every row of it is one of its lines',
    async () => {
      let bars = 0;
      await fc.assert(
        fc.asyncProperty(content, fc.constantFrom(...TIMEFRAMES), async (bytes, timeframe) => {
          const read = await new BarFile(calendar).read(fileOf(bytes), BEGINNING);
          const lines = new Set(bytes.toString('utf8').split(/\r?\n/));
          const rows = completeRows(rowsOf(read), { calendar, timeframe, to: now });
          const times = rows.flatMap(({ openAt }) => openAt ?? []);
          expect(times.every((at, index) => index === 0 || (times[index - 1] ?? '') <= at)).toBe(true);
          for (const bar of rows) {
            inspectBar(bar, { calendar, timeframe, now });
            expect(lines.has(bar.raw) || lines.has(`${bar.raw}\r`)).toBe(true);
          }
          bars += times.length;
        }),
        { numRuns: NUM_RUNS },
      );
      expect(bars).toBeGreaterThan(NUM_RUNS); // Or nothing was tried but what nobody reads.
    },
    PATIENCE_MS,
  );

  it(
    'is the same table in the end, wherever its writing paused to be looked at',
    async () => {
      await fc.assert(
        fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 4 }), minute, async (bytes, pauses, from) => {
          const growing = new BarFile(calendar);
          const sizes = pauses.map((pause) => pause % (bytes.length + 1)).sort((one, other) => one - other);
          for (const size of sizes) await growing.read(fileOf(bytes.subarray(0, size)), from);
          const inTheEnd = await growing.read(fileOf(bytes), BEGINNING);
          const atOnce = await new BarFile(calendar).read(fileOf(bytes), BEGINNING);
          expect(inTheEnd.kind).toBe(atOnce.kind);
          expect(timed(inTheEnd)).toEqual(timed(atOnce));
        }),
        { numRuns: NUM_RUNS },
      );
    },
    PATIENCE_MS,
  );
});
