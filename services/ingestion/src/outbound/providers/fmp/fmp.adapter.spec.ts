import { instant, plusMs } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { DAY_MS } from '../../../domain/calendars/calendar-day.ts';
import { xnys } from '../../../domain/calendars/xnys.ts';
import type { BarsAsked } from '../adapter.ts';
import { fmp } from './fmp.adapter.ts';
import { readFmp } from './fmp.bars.ts';

const KEY = 'k3y-of-fmp';

/** Asked on the morning of 5 March, before the close. */
const asked: BarsAsked = {
  symbol: 'AAPL',
  timeframe: '1d',
  calendar: xnys,
  from: instant('2026-03-03T14:30:00Z'),
  to: instant('2026-03-05T16:00:00Z'),
};

const LEGACY =
  'Legacy Endpoint : Due to Legacy endpoints being no longer supported - This endpoint is only available for legacy users who have valid subscriptions prior August 31, 2025.';
const LIMIT =
  'Limit Reach . Please upgrade your plan or visit our documentation for more details at https://site.example/';
const complaint = (words: string): { readonly body: object } => ({ body: { 'Error Message': words } });

const day = (date: string): string =>
  `{"symbol":"AAPL","date":"${date}","open":263.480,"high":266.53,"low":260.2,"close":264.72,"volume":41827946,` +
  '"change":1.24,"changePercent":0.47062,"vwap":263.7325}';
const table = (...days: readonly string[]): string => `[${days.join(',')}]`;

describe('fmp', () => {
  const rows = ['2026-03-05', '2026-03-04', '2026-03-03', '2026-03-02'].map(day);
  const bar = (openAt: string, row: string | undefined) => ({
    openAt: instant(openAt),
    open: '263.480',
    high: '266.53',
    low: '260.2',
    close: '264.72',
    volume: '41827946',
    revision: 0,
    raw: row ?? '',
  });

  standsWhatProvidersDo({
    kind: fmp,
    name: 'fmp',
    key: KEY,
    asked,
    request: {
      path: '/stable/historical-price-eod/full',
      query: { symbol: 'AAPL', from: '2026-03-03', to: '2026-03-04', apikey: KEY },
      headers: {},
    },
    documented: { body: table(...rows) },
    bars: [bar('2026-03-03T14:30:00Z', rows[2]), bar('2026-03-04T14:30:00Z', rows[1])],
    cost: 1,
    quotaLeft: null,
    requestId: null,
    empty: { body: '[]' },
    unknownSymbol: { answer: { body: '[]' } },
    complaints: [
      ['RATE_LIMITED', complaint(LIMIT)],
      ['REFUSED', complaint(`Invalid API KEY. Feel free to create a Free API Key: ${KEY}`)],
      ['REFUSED', complaint("Premium Query Parameter: this value set for 'symbol' is not available")],
      ['REFUSED', { body: { error: 'Special Endpoint' } }],
    ],
  });

  const ground = adapterGround(fmp, KEY);

  it('says what to do about an address that is no longer served', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ status: 403, ...complaint(LEGACY) });
    const { answer } = await adapter().fetchBars(asked);
    expect(answer).toMatchObject({ kind: 'failure', failure: { errorCode: 'REFUSED', retryAfterMs: null } });
    expect(answer.kind === 'failure' && answer.failure.message).toMatch(
      /^What to do: let the url of fmp in the configuration be https:\/\/financialmodelingprep\.com, without \/api\/v3\. fmp says: Legacy Endpoint/,
    );
  });

  it.each([200, 402, 403, 429, 500])(
    'slows down when the limit is reached, under the status %d too',
    async (status) => {
      const { server, adapter } = ground();
      server.willAnswer({ status, ...complaint(LIMIT) });
      expect((await adapter().fetchBars(asked)).answer).toMatchObject({
        kind: 'failure',
        failure: { errorCode: 'RATE_LIMITED' },
      });
    },
  );

  it('takes an error of its own with status 500 for trouble, and no refusal', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ status: 500, ...complaint('Something went wrong') });
    expect((await adapter().fetchBars(asked)).answer).toMatchObject({
      kind: 'failure',
      failure: { errorCode: 'PROVIDER_ERROR', message: 'provider answered 500: Something went wrong' },
    });
  });

  it('asks for a range of many years in parts', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: table(day('2012-06-25')) }, { body: table(...rows) });
    const from = plusMs(asked.from, -5_000 * DAY_MS);
    const { answer } = await adapter().fetchBars({ ...asked, from });

    expect(answer).toMatchObject({ kind: 'bars', bars: [{}, {}, {}, {}] });
    expect(server.takeRequests()).toMatchObject([
      { query: { from: '2012-06-25', to: '2026-03-02' } },
      { query: { from: '2026-03-03', to: '2026-03-04' } },
    ]);
  });
});

describe('an answer of fmp', () => {
  const openings = (...days: readonly string[]): unknown => {
    const reading = readFmp(table(...days), asked);
    return reading.kind === 'bars' ? reading.bars.map(({ openAt }) => openAt) : reading.kind;
  };

  it('is told oldest first, in whatever order it comes', () => {
    const inOrder = ['2026-03-03T14:30:00.000Z', '2026-03-04T14:30:00.000Z'];
    expect(openings(day('2026-03-04'), day('2026-03-03'))).toEqual(inOrder);
    expect(openings(day('2026-03-03'), day('2026-03-04'))).toEqual(inOrder);
  });

  it('hands on a day without a market, and days that are none', () => {
    const sunday = { ...asked, from: instant('2026-02-28T00:00:00Z') };
    const reading = readFmp(table(day('2026-03-01'), day('2026-02-30'), 'null', '7'), sunday);
    expect(reading).toMatchObject({
      bars: [{ openAt: null, raw: '7' }, { openAt: null }, { openAt: null }, { openAt: '2026-03-01T00:00:00.000Z' }],
    });
  });

  it('may be a table of numbers that are text', () => {
    const row = { date: '2026-03-03', open: '1.10', high: '1.2', low: '1', close: '1.150', volume: '0' };
    expect(readFmp(JSON.stringify([row]), asked)).toMatchObject({ bars: [{ open: '1.10', close: '1.150' }] });
  });

  standsAnyAnswer({
    read: readFmp,
    timeframes: fmp.timeframes,
    write: (bars, goingOn) =>
      table(
        ...[...bars, goingOn]
          .toReversed()
          .map(
            ({ openAtMs, open, high, low, close, volume }) =>
              `{"date":"${new Date(openAtMs).toISOString().slice(0, 10)}","open":${open},"high":${high},"low":${low},` +
              `"close":${close},"volume":${volume}}`,
          ),
      ),
  });
});
