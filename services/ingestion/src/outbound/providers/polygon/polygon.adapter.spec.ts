import { instant, type Timeframe } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { calendarOf } from '../../../domain/calendars/calendars.ts';
import type { BarsAsked } from '../adapter.ts';
import { polygon } from './polygon.adapter.ts';
import { readPolygon } from './polygon.bars.ts';

const KEY = 'k3y/of+polygon';

const asking = (calendarId: string, timeframe: Timeframe, from: string, to: string): BarsAsked => ({
  symbol: 'AAPL',
  timeframe,
  calendar: calendarOf(calendarId),
  from: instant(from),
  to: instant(to),
});

/** The last two hours of one day of New York, in quarters, asked for when the third quarter is still going on. */
const quarters = asking('XNYS', '15m', '2026-03-02T14:30:00Z', '2026-03-02T15:10:00Z');
const days = asking('XNYS', '1d', '2020-01-02T14:30:00Z', '2020-01-03T21:00:00Z');

const row = (t: number | string, numbers: Record<string, string> = {}): string => {
  const { o = '74.06', h = '75.15', l = '73.7975', c = '75.0875', v = '135480400' } = numbers;
  return `{"v":${v},"vw":74.6099,"o":${o},"c":${c},"h":${h},"l":${l},"t":${t},"n":1}`;
};
const page = (rows: readonly string[], more = ''): string =>
  `{"ticker":"AAPL","status":"OK","resultsCount":${rows.length},"results":[${rows.join(',')}],"request_id":"6a7e"${more}}`;

const OPENS_MS = Date.parse(quarters.from);
const QUARTER_MS = 900_000;

describe('polygon', () => {
  const rows = [0, 1, 2].map((place) => row(OPENS_MS + place * QUARTER_MS, { o: '74.060', v: '1.029145e+06' }));
  const bar = (place: number) => ({
    openAt: instant(OPENS_MS + place * QUARTER_MS),
    open: '74.060',
    high: '75.15',
    low: '73.7975',
    close: '75.0875',
    volume: '1029145',
    revision: 0,
    raw: rows[place] ?? '',
  });
  const says = (status: string, words: object) => ({ body: { status, request_id: '6a7e', ...words } });

  standsWhatProvidersDo({
    kind: polygon,
    name: 'polygon',
    key: KEY,
    asked: quarters,
    request: {
      path: `/v2/aggs/ticker/AAPL/range/15/minute/${OPENS_MS}/${Date.parse(quarters.to)}`,
      query: { adjusted: 'true', sort: 'asc', limit: '50000', apiKey: KEY },
      headers: {},
    },
    documented: { headers: { 'x-request-id': '6a7e' }, body: page(rows) },
    bars: [bar(0), bar(1)],
    cost: 1,
    quotaLeft: null,
    requestId: '6a7e',
    empty: { body: page([]) },
    unknownSymbol: { answer: { body: { ticker: 'NOPE', queryCount: 0, resultsCount: 0, status: 'OK' } } },
    complaints: [
      ['RATE_LIMITED', says('ERROR', { error: "You've exceeded the maximum requests per minute, please wait" })],
      ['REFUSED', says('ERROR', { error: `Unknown API Key ${KEY}` })],
      ['REFUSED', says('NOT_AUTHORIZED', { message: 'You are not entitled to this data. Please upgrade your plan' })],
      ['PROVIDER_ERROR', says('ERROR', { error: 'something broke' })],
    ],
  });

  const ground = adapterGround(polygon, KEY);

  it('asks for days by their dates, and not for the one that is still going on', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: page([]) }, { body: page([]) });
    await adapter().fetchBars({ ...days, symbol: 'I:SPX' });
    await adapter().fetchBars({ ...days, to: instant('2020-01-03T20:59:59.999Z') });
    expect(server.takeRequests().map(({ path }) => path)).toEqual([
      '/v2/aggs/ticker/I:SPX/range/1/day/2020-01-02/2020-01-03',
      '/v2/aggs/ticker/AAPL/range/1/day/2020-01-02/2020-01-02',
    ]);
  });

  it.each([
    ['FX_24x5', '1d', 'polygon has days from midnight to midnight, and those of FX_24x5 are others'],
    ['XNYS', '1h', 'polygon has hours by the clock, and those of XNYS are others; it has 30m'],
    ['XNYS', '4h', 'polygon has hours by the clock, and those of XNYS are others; it has 30m'],
  ] as const)('says that it has nothing for %s in %s, without asking', async (calendarId, timeframe, message) => {
    const { server, adapter } = ground();
    for (const from of ['2026-01-05T00:00:00Z', '2026-07-06T00:00:00Z']) {
      const { answer, cost } = await adapter().fetchBars(asking(calendarId, timeframe, from, '2026-08-01T00:00:00Z'));
      expect(answer).toMatchObject({ kind: 'failure', failure: { errorCode: 'REFUSED', message } });
      expect(cost).toBe(0);
    }
    expect(server.takeRequests()).toEqual([]);
  });

  it.each([
    ['24x7', '1d'],
    ['24x7', '1h'],
    ['FX_24x5', '1h'],
    ['XNYS', '1d'],
    ['XNYS', '30m'],
  ] as const)('is asked for what it may have of %s in %s', async (calendarId, timeframe) => {
    const { server, adapter } = ground();
    for (const from of ['2026-01-05T00:00:00Z', '2026-07-06T00:00:00Z', '2060-01-01T00:00:00Z']) {
      server.willAnswer({ body: page([]) });
      const { answer } = await adapter().fetchBars(asking(calendarId, timeframe, from, '2060-01-01T00:00:00Z'));
      expect(answer).toEqual({ kind: 'bars', bars: [] });
    }
  });

  it('follows to the next page, with the key, and to no other host', async () => {
    const { server, adapter } = ground();
    const next = ',"next_url":"https://elsewhere.example/v2/aggs/ticker/AAPL/range/15/minute/1/2?cursor=bGlt&apiKey=x"';
    server.willAnswer({ body: page(rows.slice(0, 1), next) }, { body: page(rows.slice(1)) });
    const { answer, cost } = await adapter().fetchBars(quarters);

    expect(answer).toEqual({ kind: 'bars', bars: [bar(0), bar(1)] });
    expect(cost).toBe(2);
    expect(server.takeRequests().slice(1)).toMatchObject([
      { path: '/v2/aggs/ticker/AAPL/range/15/minute/1/2', query: { cursor: 'bGlt', apiKey: KEY } },
    ]);
  });

  it('does not follow for ever', async () => {
    const { server, adapter } = ground();
    const next = ',"next_url":"https://api.polygon.io/v2/aggs/ticker/AAPL/range/15/minute/1/2?cursor=same"';
    server.willAnswer(...Array.from({ length: 12 }, () => ({ body: page([], next) })));
    expect(await adapter().fetchBars(quarters)).toMatchObject({ answer: { kind: 'bars', bars: [] }, cost: 10 });
  });

  it('tells no bars at all when the second page is refused', async () => {
    const { server, adapter } = ground();
    const next = ',"next_url":"https://api.polygon.io/v2/aggs/more?cursor=b"';
    server.willAnswer({ body: page(rows.slice(0, 1), next) }, { status: 429, body: says('ERROR', {}).body });
    expect(await adapter().fetchBars(quarters)).toMatchObject({
      answer: { kind: 'failure', failure: { errorCode: 'RATE_LIMITED' } },
      cost: 2,
    });
  });
});

describe('an answer of polygon', () => {
  const openings = (text: string, asked: BarsAsked): unknown => {
    const reading = readPolygon(text, asked);
    return reading.kind === 'bars' ? reading.bars.map(({ openAt }) => openAt) : reading.kind;
  };
  const [second, third] = [row('1577941200000'), row('1578027600000')];

  it('tells a day of shares, which starts at midnight in New York, as that trading day', () => {
    expect(openings(page([second, third]), days)).toEqual(['2020-01-02T14:30:00.000Z', '2020-01-03T14:30:00.000Z']);
    const summer = asking('XNYS', '1d', '2020-07-01T13:30:00Z', '2020-07-02T20:00:00Z');
    expect(openings(page([row('1593576000000')]), summer)).toEqual(['2020-07-01T13:30:00.000Z']);
  });

  it('does not tell the day that is still going on', () => {
    const running = { ...days, to: instant('2020-01-03T20:59:59.999Z') };
    expect(openings(page([second, third]), running)).toEqual(['2020-01-02T14:30:00.000Z']);
  });

  it('tells a day of coins as a day of UTC, in summer too', () => {
    const coins = asking('24x7', '1d', '2020-07-01T00:00:00Z', '2020-07-03T00:00:00Z');
    expect(openings(page([row('1593561600000'), row('1593648000000')]), coins)).toEqual([
      '2020-07-01T00:00:00.000Z',
      '2020-07-02T00:00:00.000Z',
    ]);
  });

  it.each([1_577_923_200_000, 1_577_941_200_000])(
    'makes no FX day, from 17:00 to 17:00, of one that starts at midnight (%d)',
    (t) => {
      const fx = asking('FX_24x5', '1d', '2020-01-01T22:00:00Z', '2020-01-04T00:00:00Z');
      expect(openings(page([row(t)]), fx)).toEqual([instant(t)]);
    },
  );

  it('leaves a bar where it is told to be on a day without a market, and beyond all calendars', () => {
    const year = asking('XNYS', '1d', '2020-01-02T14:30:00Z', '2060-01-01T00:00:00Z');
    const sunday = Date.parse('2020-01-05T05:00:00Z');
    const beyond = Date.parse('2055-03-01T05:00:00Z');
    expect(openings(page([row(sunday), row(beyond)]), year)).toEqual([instant(sunday), instant(beyond)]);
  });

  it('leaves out trades from before the opening and after the close', () => {
    const early = row(Date.parse('2026-03-02T14:00:00Z'));
    const late = { ...quarters, from: instant('2026-03-02T13:00:00Z'), to: instant('2026-03-02T23:00:00Z') };
    expect(openings(page([early, row(OPENS_MS), row(Date.parse('2026-03-02T21:00:00Z'))]), late)).toEqual([
      quarters.from,
    ]);
  });

  it('has no volume where nobody trades, and else misses it', () => {
    const index = page([second.replace('"v":135480400,', '')]);
    expect(readPolygon(index, { ...days, symbol: 'I:SPX' })).toMatchObject({ bars: [{ open: '74.06', volume: '0' }] });
    expect(readPolygon(index, days)).toMatchObject({ bars: [{ open: '74.06', volume: '' }] });
  });

  it('knows delayed bars for good ones', () => {
    expect(openings(page([second]).replace('"OK"', '"DELAYED"'), days)).toEqual(['2020-01-02T14:30:00.000Z']);
  });

  it('hands broken rows on, to be put aside', () => {
    const broken = ['null', '7', '[]', '{"t":"soon","o":1}', '{"t":1577941200000,"o":null,"h":{}}'];
    expect(readPolygon(page(broken), days)).toMatchObject({
      bars: [
        { openAt: null, open: '', raw: 'null' },
        { openAt: null, raw: '7' },
        { openAt: null, raw: '[]' },
        { openAt: null, open: '1' },
        { openAt: '2020-01-02T14:30:00.000Z', open: '', high: '{}' },
      ],
    });
  });

  it.each(['{"status":"OK","resultsCount":3}', '{"status":"OK","results":7}', page([], ',"next_url":"http://["')])(
    'is not seen in %j',
    (text) => {
      expect(openings(text, days)).toBe('garbage');
    },
  );

  standsAnyAnswer({
    read: readPolygon,
    timeframes: polygon.timeframes,
    write: (bars, goingOn) =>
      page(
        [...bars, goingOn].map(({ openAtMs, open, high, low, close, volume }) =>
          row(openAtMs, { o: open, h: high, l: low, c: close, v: volume }),
        ),
      ),
  });
});
