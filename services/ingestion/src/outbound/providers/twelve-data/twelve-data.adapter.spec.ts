import { instant, type Timeframe } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { calendarOf } from '../../../domain/calendars/calendars.ts';
import type { BarsAsked } from '../adapter.ts';
import { twelveData } from './twelve-data.adapter.ts';
import { readTwelveData } from './twelve-data.bars.ts';

const KEY = 'k3y/of+twelve';

const asking = (calendarId: string, timeframe: Timeframe, from: string, to: string): BarsAsked => ({
  symbol: 'EUR/USD',
  timeframe,
  calendar: calendarOf(calendarId),
  from: instant(from),
  to: instant(to),
});

const quarters = asking('FX_24x5', '15m', '2026-03-02T09:30:00Z', '2026-03-02T10:07:30.5Z');
const days = asking('XNYS', '1d', '2026-03-02T14:30:00Z', '2026-03-03T21:00:00Z');

const row = (datetime: string, more: object = {}): object => ({
  datetime,
  open: '1.17250',
  high: '1.1730',
  low: '1.17190',
  close: '1.17210',
  ...more,
});
const table = (values: readonly unknown[]): object => ({
  meta: { symbol: 'EUR/USD', interval: '15min', currency_base: 'Euro', currency_quote: 'US Dollar', type: 'Physical' },
  values,
  status: 'ok',
});
const complaint = (code: number, message: string): { readonly body: object } => ({
  body: { code, message, status: 'error', meta: { symbol: 'EUR/USD', interval: '15min', exchange: '' } },
});
const NO_DATA = complaint(400, 'No data is available on the specified dates. Try setting different start/end dates.');
const NO_CREDITS =
  'You have run out of API credits for the current minute. 9 API credits were used, with the current limit being 8.';

describe('twelve-data', () => {
  const rows = ['09:30', '09:45', '10:00'].map((time) => row(`2026-03-02 ${time}:00`));
  const bar = (openAt: string, place: number) => ({
    openAt: instant(openAt),
    open: '1.17250',
    high: '1.1730',
    low: '1.17190',
    close: '1.17210',
    volume: '0', // Currencies have none.
    revision: 0,
    raw: JSON.stringify(rows[place]),
  });

  standsWhatProvidersDo({
    kind: twelveData,
    name: 'twelve-data',
    key: KEY,
    asked: quarters,
    request: {
      path: '/time_series',
      query: {
        symbol: 'EUR/USD',
        interval: '15min',
        outputsize: '5000',
        timezone: 'UTC',
        order: 'ASC',
        start_date: '2026-03-02 09:30:00',
        end_date: '2026-03-02 10:07:30',
        apikey: KEY,
      },
      headers: {},
    },
    documented: { headers: { 'api-credits-used': '1', 'api-credits-left': '7' }, body: table(rows) },
    bars: [bar('2026-03-02T09:30:00Z', 0), bar('2026-03-02T09:45:00Z', 1)],
    cost: 1,
    quotaLeft: 7,
    requestId: null,
    empty: NO_DATA,
    unknownSymbol: {
      answer: complaint(404, '**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol'),
      word: 'provide a valid symbol',
    },
    complaints: [
      ['RATE_LIMITED', complaint(429, NO_CREDITS)],
      ['RATE_LIMITED', complaint(429, 'You have run out of API credits for the day.')],
      ['REFUSED', complaint(401, `**apikey** parameter is incorrect or not specified: ${KEY}`)],
      ['REFUSED', complaint(403, 'This endpoint is available starting with the Pro plan')],
      [
        'REFUSED',
        complaint(400, '**symbol** not found: NOPE. Please specify it correctly according to API Documentation.'),
      ],
      ['PROVIDER_ERROR', complaint(500, 'Internal server error')],
      ['PROVIDER_ERROR', { body: { status: 'error' } }],
    ],
  });

  const ground = adapterGround(twelveData, KEY);
  const fetched = async (answer: { readonly status?: number; readonly body: object }, headers = {}) => {
    const { server, adapter } = ground();
    server.willAnswer({ headers, ...answer });
    return (await adapter().fetchBars(quarters)).answer;
  };

  it('takes the word that there is no bar yet for that, with the status of an error too', async () => {
    expect(await fetched({ status: 400, ...NO_DATA })).toEqual({ kind: 'bars', bars: [] });
    expect(await fetched({ status: 404, ...complaint(404, 'Data not found') })).toEqual({ kind: 'bars', bars: [] });
  });

  it('waits for the next minute when the credits of this one are used up, or for as long as it is told', async () => {
    const limited = (retryAfterMs: number | null) => ({
      kind: 'failure',
      failure: { errorCode: 'RATE_LIMITED', retryAfterMs },
    });
    const noCredits = { status: 429, ...complaint(429, NO_CREDITS) };
    expect(await fetched(complaint(429, NO_CREDITS))).toMatchObject(limited(60_000));
    expect(await fetched(noCredits)).toMatchObject(limited(60_000));
    expect(await fetched(complaint(429, 'You have run out of API credits for the day.'))).toMatchObject(limited(null));
    expect(await fetched(noCredits, { 'retry-after': '7' })).toMatchObject(limited(7_000));
  });

  it('asks for days by their dates, the last of which is not among them', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: table([row('2026-03-02', { volume: '48' }), row('2026-03-03', { volume: 48.5 })]) });
    const { answer } = await adapter().fetchBars(days);

    expect(server.takeRequests()).toMatchObject([
      { query: { interval: '1day', start_date: '2026-03-02', end_date: '2026-03-04' } },
    ]);
    expect(answer).toMatchObject({
      bars: [
        { openAt: '2026-03-02T14:30:00.000Z', volume: '48' },
        { openAt: '2026-03-03T14:30:00.000Z', volume: '48.5' },
      ],
    });
  });

  it('asks for a long range in parts that do not overlap, and goes on where one has no bars', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ status: 400, ...NO_DATA }, { body: table([row('2026-03-02 09:30:00')]) });
    const asked = { ...quarters, from: plusMinutes(quarters.from, -5_000 * 15) };
    const { answer, cost } = await adapter().fetchBars(asked);

    expect(answer).toMatchObject({ kind: 'bars', bars: [{ openAt: '2026-03-02T09:30:00.000Z' }] });
    expect(cost).toBe(2);
    expect(server.takeRequests()).toMatchObject([
      { query: { start_date: '2026-01-09 07:30:00', end_date: '2026-03-02 09:29:59' } },
      { query: { start_date: '2026-03-02 09:30:00', end_date: '2026-03-02 10:07:30' } },
    ]);
  });
});

const plusMinutes = (at: string, minutes: number): BarsAsked['from'] => instant(Date.parse(at) + minutes * 60_000);

describe('an answer of twelve-data', () => {
  const openings = (asked: BarsAsked, ...values: readonly unknown[]): unknown => {
    const reading = readTwelveData(JSON.stringify(table(values)), asked);
    return reading.kind === 'bars' ? reading.bars.map(({ openAt }) => openAt) : reading.kind;
  };

  it('is told oldest first, in whatever order it comes', () => {
    expect(openings(quarters, row('2026-03-02 09:45:00'), row('2026-03-02 09:30:00'))).toEqual([
      '2026-03-02T09:30:00.000Z',
      '2026-03-02T09:45:00.000Z',
    ]);
  });

  it('may tell a day with midnight behind its date', () => {
    expect(openings(days, row('2026-03-02 00:00:00'))).toEqual(['2026-03-02T14:30:00.000Z']);
  });

  it('tells a day that is still going on to nobody', () => {
    const running = { ...days, to: instant('2026-03-03T20:59:59.999Z') };
    expect(openings(running, row('2026-03-02'), row('2026-03-03'))).toEqual(['2026-03-02T14:30:00.000Z']);
  });

  it.each([
    ['2026-03-02', quarters],
    ['2026-02-30 09:30:00', quarters],
    ['2026-03-02 24:00:00', quarters],
    ['2026-03-02 25:30:00', quarters],
    ['2026-03-02T09:30:00Z', quarters],
    ['', quarters],
    ['2026-03-02 09:30:00', days],
    ['Monday', days],
  ])('hands on a row whose time is %j', (datetime, asked) => {
    expect(openings(asked, row(datetime))).toEqual([null]);
  });

  it('hands on whatever is no row', () => {
    expect(openings(quarters, null, 7, [], { open: '1' })).toEqual([null, null, null, null]);
  });

  standsAnyAnswer({
    read: readTwelveData,
    timeframes: twelveData.timeframes,
    write: (bars, goingOn) =>
      JSON.stringify(
        table(
          [...bars, goingOn].map(({ openAtMs, ...numbers }) => ({
            datetime: new Date(openAtMs).toISOString().slice(0, 19).replace('T', ' '),
            ...numbers,
          })),
        ),
      ),
  });
});
