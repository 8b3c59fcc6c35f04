import { decimal, instant, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Calendar } from '../../../domain/calendars/calendar.ts';
import { fx24x5 } from '../../../domain/calendars/fx-24x5.ts';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import { xnys } from '../../../domain/calendars/xnys.ts';
import { inspectBar } from '../../../domain/rules/inspect-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import type { Answer } from '../provider.ts';
import { CsvAdapter } from './csv.adapter.ts';

const at = (text: string): Instant => instant(text);
const NEVER = at('1990-01-01T00:00:00.000Z');
const HEADER = 'openTime,open,high,low,close,volume\n';

describe('bars in a file', () => {
  let folder: string;
  let directory: string;
  let adapter: CsvAdapter;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-csv-'));
    directory = join(folder, 'bars');
    mkdirSync(directory);
    adapter = new CsvAdapter({ directory });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const put = (text: string | Buffer, name = 'btc.csv'): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  /** The bar of an hour of 5 May 2018. */
  const hour = (number: number, close = '2'): string =>
    `2018-05-05T${String(number).padStart(2, '0')}:00:00Z,2,3,1,${close},7`;
  const rows = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

  async function ask(question: Partial<BarsAsked> = {}): Promise<Answer> {
    const { answer, ...cost } = await adapter.fetchBars({
      symbol: 'btc.csv',
      timeframe: '1h',
      calendar: roundTheClock,
      from: NEVER,
      to: at('2026-01-01T00:00:00.000Z'),
      ...question,
    });
    expect(cost).toEqual({ providerTime: null, requestId: null, cost: 1, quotaLeft: null });
    return answer;
  }
  const told = async (question: Partial<BarsAsked> = {}): Promise<readonly string[]> => {
    const answer = await ask(question);
    if (answer.kind !== 'bars') throw new Error(`expected bars, got ${JSON.stringify(answer)}`);
    return answer.bars.map(({ raw }) => raw);
  };

  it('are told as the file has them, from the one that is asked for to the last that has closed', async () => {
    put(HEADER + rows(hour(0), hour(1), hour(2), hour(3)));
    expect(await ask({ from: at('2018-05-05T01:00:00Z'), to: at('2018-05-05T03:59:59.999Z') })).toMatchObject({
      kind: 'bars',
      bars: [
        { openAt: '2018-05-05T01:00:00.000Z', open: '2', high: '3', low: '1', close: '2', volume: '7', revision: 0 },
        { openAt: '2018-05-05T02:00:00.000Z' },
      ],
    });
    expect(await told({ from: at('2018-05-05T03:00:00Z'), to: at('2018-05-05T04:00:00Z') })).toEqual([hour(3)]);
  });

  it('come by the names of the columns, whatever their order, letters and mark of byte order', async () => {
    put('\ufeffClose, VOLUME,Low,other,High,Open,DATE\r\n2.5,7,1,x,3,2,2018-05-05\r\n');
    expect(await ask({ timeframe: '1d' })).toMatchObject({
      bars: [{ openAt: '2018-05-05T00:00:00.000Z', open: '2', high: '3', low: '1', close: '2.5', volume: '7' }],
    });
  });

  it('follow as the file grows, a line only once it is written to its end', async () => {
    const path = put(HEADER + rows(hour(0)) + hour(1).slice(0, 24));
    const from = at('2018-05-05T00:00:00Z');
    expect(await told({ from })).toEqual([hour(0)]);
    appendFileSync(path, hour(1).slice(24));
    expect(await told({ from })).toEqual([hour(0)]);
    appendFileSync(path, `\n${rows(hour(2))}`);
    expect(await told({ from })).toEqual([hour(0), hour(1), hour(2)]);
    expect(await told({ from: at('2018-05-05T02:00:00Z') })).toEqual([hour(2)]);
  });

  it('are told again to whoever asks again, so that an answer that got lost loses nothing', async () => {
    put(HEADER + rows(hour(0), hour(1)));
    expect(await told()).toEqual(await told());
  });

  it('are read anew when the file is cut, replaced, or written over at the same length', async () => {
    const path = put(HEADER + rows(hour(0), hour(1), hour(2)));
    await told();
    truncateSync(path, HEADER.length + rows(hour(0)).length);
    expect(await told()).toEqual([hour(0)]);

    renameSync(put(HEADER + rows(hour(4), hour(5), hour(6), hour(7)), 'next'), path);
    expect(await told()).toEqual([hour(4), hour(5), hour(6), hour(7)]);

    put(HEADER + rows(hour(4, '1'), hour(5), hour(6), hour(7)));
    utimesSync(path, 0, 0);
    expect(await told()).toEqual([hour(4, '1'), hour(5), hour(6), hour(7)]);

    put(HEADER + rows(hour(8, '1'), hour(9), hour(10), hour(11), hour(12)));
    expect(await told()).toHaveLength(5);
    expect((await told())[0]).toBe(hour(8, '1'));
  });

  it('are told in order, of one opening the last edition', async () => {
    put(HEADER + rows(hour(3), hour(1), hour(2), hour(1, '1')));
    expect(await told()).toEqual([hour(1, '1'), hour(2), hour(3)]);
  });

  it('leave broken too, for somebody to see: without a time each once, with the row before it', async () => {
    const broken = rows(hour(0), 'soon,1,2', hour(1, 'x'), hour(1), '2018-05-05T02:30:00Z,1,1,1,1,1', hour(3));
    const path = put(HEADER + broken);
    const lines = broken.trimEnd().split('\n');
    expect(await told()).toEqual(lines);
    expect(await told()).toEqual(lines.filter((line) => line !== 'soon,1,2'));
    appendFileSync(path, 'later,1,2\n');
    expect(await told({ from: at('2018-05-05T03:00:00Z') })).toEqual([hour(3), 'later,1,2']);
  });

  it('leave broken only once also where the file is read anew for older ones', async () => {
    const minute = (index: number): string => `${instant(Date.parse('2018-05-05') + index * 60_000)},2,3,1,2,7`;
    const many = Array.from({ length: 3_000 }, (_, index) => minute(index));
    put(HEADER + rows(...many, 'soon,1,2'));
    const from = at('2018-05-06T00:00:00Z');
    expect(await told({ timeframe: '1m', from })).toHaveLength(1_561);
    expect(await told({ timeframe: '1m' })).toEqual(many);
    expect(await told({ timeframe: '1m', from })).toHaveLength(1_560);
  });

  it('are none yet while the file is empty or its header is being written', async () => {
    const path = put('');
    expect(await told()).toEqual([]);
    appendFileSync(path, HEADER.slice(0, 10));
    expect(await told()).toEqual([]);
    appendFileSync(path, HEADER.slice(10));
    expect(await told()).toEqual([]);
    appendFileSync(path, rows(hour(0)));
    expect(await told()).toEqual([hour(0)]);
  });

  it.each([
    ['a page', '<!doctype html>\n<html>Sign in</html>\n'],
    ['a page on one line', '<html>Sign in</html>'],
    ['JSON', '{"error":"no"}'],
    ['a table of something else', 'date,price\n2018-05-05,1\n'],
    ['times that may mean two days', 'date,open,high,low,close\n01/03/2017,1,1,1,1\n'],
    ['times of an unknown zone', 'date,open,high,low,close\n2017-01-03 09:30,1,1,1,1\n2017-01-03T09:30:00,1,1,1,1\n'],
    ['bytes without an end', Buffer.alloc(200_000, 0x41)],
  ])('are garbage where the file is %s, and are there once it is mended', async (_, text) => {
    put(text);
    expect(await ask()).toEqual({ kind: 'garbage', body: text.toString().slice(0, 2_000) });
    put(HEADER + rows(hour(0)));
    expect(await told()).toEqual([hour(0)]);
  });

  it.each(['../secret.csv', '/etc/passwd', '..', '.', 'a\\..\\b', 'out.csv', 'sub', 'fifo\0'])(
    'are never looked for outside of the folder: %j',
    async (symbol) => {
      writeFileSync(join(folder, 'secret.csv'), HEADER + rows(hour(0)));
      symlinkSync('../secret.csv', join(directory, 'out.csv'));
      mkdirSync(join(directory, 'sub'));
      expect(await ask({ symbol })).toMatchObject({ kind: 'failure', failure: { errorCode: 'REFUSED' } });
    },
  );

  it('are found by a link within the folder, as orchestrators lay files out', async () => {
    put(HEADER + rows(hour(0)), 'data');
    symlinkSync('data', join(directory, 'btc.csv'));
    expect(await told()).toEqual([hour(0)]);
  });

  it('are a failure while there is no file, which another attempt may mend', async () => {
    expect(await ask()).toEqual({
      kind: 'failure',
      failure: {
        failureSource: 'provider',
        errorCode: 'PROVIDER_ERROR',
        message: "the file 'btc.csv' could not be read (ENOENT)",
        retryAfterMs: null,
      },
    });
    put(HEADER + rows(hour(0)));
    expect(await told()).toEqual([hour(0)]);
  });

  it('are told alike to questions at the same time', async () => {
    put(HEADER + rows(...Array.from({ length: 24 }, (_, index) => hour(index))));
    const answers = await Promise.all(Array.from({ length: 5 }, () => told()));
    expect(answers.every((answer) => answer.length === 24)).toBe(true);
  });

  it('are all there, wherever writing paused and whatever is asked for in between', async () => {
    const minutes = Array.from({ length: 4_500 }, (_, index) => {
      const openAt = instant(Date.parse('2018-05-05') + index * 60_000);
      return { openAt, line: `${openAt},2,3,1,2,7` };
    });
    const text = HEADER + rows(...minutes.map(({ line }) => line));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ bytes: fc.integer({ min: 0, max: text.length }), from: fc.integer({ min: 0, max: 4_499 }) }),
          {
            maxLength: 6,
          },
        ),
        async (looks) => {
          const path = put('', 'growing.csv');
          for (const { bytes, from } of looks.sort((one, other) => one.bytes - other.bytes)) {
            appendFileSync(path, text.slice(readFileSync(path).length, bytes));
            const openAt = minutes[from]?.openAt ?? NEVER;
            const whole = text.slice(0, bytes).split('\n').slice(1, -1);
            expect(await told({ symbol: 'growing.csv', timeframe: '1m', from: openAt })).toEqual(whole.slice(from));
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

const shared = fileURLToPath(new URL('../../../../../../../shared/data/', import.meta.url));
const isThere = existsSync(shared);
if (!isThere) console.info('skipped: ../shared/data is not there');

(isThere ? describe : describe.skip)('real files', () => {
  const to = at('2026-01-01T00:00:00.000Z');
  const fetched = async (symbol: string, timeframe: Timeframe, calendar: Calendar, directory = shared) => {
    const { answer } = await new CsvAdapter({ directory }).fetchBars({ symbol, timeframe, calendar, from: NEVER, to });
    return answer;
  };
  const verdicts = (answer: Answer, timeframe: Timeframe, calendar: Calendar): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = {};
    const context = { calendar, timeframe, now: to };
    for (const bar of answer.kind === 'bars' ? answer.bars : []) {
      const inspection = inspectBar(bar, context);
      const verdict = inspection.verdict === 'valid' ? 'valid' : inspection.reason;
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
    return counts;
  };

  it('of a fortnight of EURUSD give each of its 1,056 bars', async () => {
    const answer = await fetched('eurusd_15m_oanda_mid_2014-05-01_15.csv', '15m', fx24x5);
    expect(verdicts(answer, '15m', fx24x5)).toEqual({ valid: 1_056 });
    expect(answer.kind === 'bars' && answer.bars[0]).toMatchObject({
      openAt: '2014-05-01T00:00:00.000Z',
      open: decimal('1.386810'),
      volume: '15',
    });
  });

  it('of two years of SPY give each of its 502 days', async () => {
    expect(verdicts(await fetched('skender_default.csv', '1d', xnys), '1d', xnys)).toEqual({ valid: 502 });
  });

  it('that are malformed give every row: what is no bar is put aside, each for its reason', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-csv-'));
    const text = readFileSync(join(shared, 'skender_bad.csv'), 'utf8');
    // Its days are spelled month first, which as it stands nobody can be sure of.
    expect(await fetched('skender_bad.csv', '1d', xnys)).toEqual({ kind: 'garbage', body: text.slice(0, 2_000) });
    writeFileSync(join(directory, 'bad.csv'), text.replace(/^(\d\d)\/(\d\d)\/(\d{4})/gm, '$3-$1-$2'));
    const answer = await fetched('bad.csv', '1d', xnys, directory);
    rmSync(directory, { recursive: true });
    expect(answer.kind === 'bars' && answer.bars.length).toBe(502);
    expect(verdicts(answer, '1d', xnys)).toMatchObject({
      NOT_FINITE: expect.any(Number) as number,
      NOT_POSITIVE: expect.any(Number) as number,
    });
  });
});
