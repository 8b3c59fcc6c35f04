import { instant, plusMs, type Timeframe } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { fx24x5 } from '../../../domain/calendars/fx-24x5.ts';
import type { BarsAsked } from '../adapter.ts';
import { oanda } from './oanda.adapter.ts';
import { readOanda } from './oanda.bars.ts';

const KEY = 'k3y-of-oanda-0123456789';

const asking = (timeframe: Timeframe, from: string, to: string): BarsAsked => ({
  symbol: 'EUR_USD',
  timeframe,
  calendar: fx24x5,
  from: instant(from),
  to: instant(to),
});

const quarters = asking('15m', '2014-05-06T09:30:00Z', '2014-05-06T10:07:30Z');
const days = asking('1d', '2014-05-04T21:00:00Z', '2014-05-06T21:00:00Z');

const candle = (time: string, more: object = {}): object => ({
  complete: true,
  volume: 317,
  time,
  mid: { o: '1.39270', h: '1.3930', l: '1.39210', c: '1.39250' },
  ...more,
});
const told = (candles: readonly unknown[]): object => ({ instrument: 'EUR_USD', granularity: 'M15', candles });

describe('oanda', () => {
  const candles = [
    candle('2014-05-06T09:30:00.000000000Z'),
    candle('2014-05-06T09:45:00.000000000Z'),
    candle('2014-05-06T10:00:00.000000000Z', { complete: false }),
  ];
  const bar = (openAt: string, place: number) => ({
    openAt: instant(openAt),
    open: '1.39270',
    high: '1.3930',
    low: '1.39210',
    close: '1.39250',
    volume: '317',
    revision: 0,
    raw: JSON.stringify(candles[place]),
  });

  standsWhatProvidersDo({
    kind: oanda,
    name: 'oanda',
    key: KEY,
    asked: quarters,
    request: {
      path: '/v3/instruments/EUR_USD/candles',
      query: {
        price: 'M',
        granularity: 'M15',
        from: '2014-05-06T09:30:00.000Z',
        to: '2014-05-06T10:07:00.000Z',
        alignmentTimezone: 'America/New_York',
        dailyAlignment: '17',
      },
      headers: { authorization: `Bearer ${KEY}`, 'accept-datetime-format': 'RFC3339' },
    },
    documented: { headers: { requestid: '24915' }, body: told(candles) },
    bars: [bar('2014-05-06T09:30:00Z', 0), bar('2014-05-06T09:45:00Z', 1)],
    cost: 1,
    quotaLeft: null,
    requestId: '24915',
    empty: { body: told([]) },
    unknownSymbol: {
      answer: { status: 400, body: { errorMessage: "Invalid value specified for 'instrument'" } },
      word: "'instrument'",
    },
    complaints: [],
  });

  const ground = adapterGround(oanda, KEY);

  it('may ask again when the end of the range lies in the future of the clock of oanda', async () => {
    const { server, adapter } = ground();
    const errorMessage = "Invalid value specified for 'to'. Time is in the future";
    server.willAnswer({ status: 400, body: { errorMessage } });
    expect((await adapter().fetchBars(quarters)).answer).toEqual({
      kind: 'failure',
      failure: {
        failureSource: 'provider',
        errorCode: 'PROVIDER_ERROR',
        message: `oanda says: ${errorMessage}`,
        retryAfterMs: null,
      },
    });
  });

  it.each([
    ['1m', '2014-05-06T10:00:00Z'],
    ['1m', '2014-05-06T10:00:59.999Z'],
    ['5m', '2014-05-06T10:00:00Z'],
  ] as const)('asks for the newest complete candle of %s at %s, and for no future one', async (timeframe, to) => {
    const { server, adapter } = ground();
    server.willAnswer({ body: told([]) });
    await adapter().fetchBars(asking(timeframe, '2014-05-06T09:00:00Z', to));
    const [request] = server.takeRequests();
    const newestOpenAt = plusMs(instant('2014-05-06T10:00:00Z'), timeframe === '1m' ? -60_000 : -300_000);
    expect(Date.parse(request?.query['to'] ?? '')).toBeGreaterThan(Date.parse(newestOpenAt));
    expect(Date.parse(request?.query['to'] ?? '')).toBe(Date.parse(to) - 30_000);
  });

  it('asks for a long range in parts that do not overlap, silent ones among them', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: told([]) }, { body: told(candles) });
    const asked = { ...quarters, from: plusMs(quarters.from, -5_000 * 900_000) };
    const { answer, cost } = await adapter().fetchBars(asked);

    expect(answer).toMatchObject({ kind: 'bars', bars: [{ volume: '317' }, { volume: '317' }] });
    expect(cost).toBe(2);
    expect(server.takeRequests()).toMatchObject([
      { query: { from: '2014-03-15T07:30:00.000Z', to: '2014-05-06T09:29:59.000Z' } },
      { query: { from: '2014-05-06T09:30:00.000Z', to: '2014-05-06T10:07:00.000Z' } },
    ]);
  });

  it('tells no bars at all when the second part does not come', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: told(candles) }, { status: 503 });
    const { answer } = await adapter().fetchBars({ ...quarters, from: plusMs(quarters.from, -5_000 * 900_000) });
    expect(answer).toMatchObject({ kind: 'failure', failure: { errorCode: 'PROVIDER_ERROR' } });
  });
});

describe('an answer of oanda', () => {
  const openings = (asked: BarsAsked, ...candles: readonly unknown[]): unknown => {
    const reading = readOanda(JSON.stringify(told(candles)), asked);
    return reading.kind === 'bars' ? reading.bars.map(({ openAt }) => openAt) : reading.kind;
  };

  it('has days that open at 17:00 in New York, as the market does', () => {
    const monday = candle('2014-05-04T21:00:00.000000000Z');
    const tuesday = candle('2014-05-05T21:00:00.000000000Z');
    expect(openings(days, monday, tuesday)).toEqual(['2014-05-04T21:00:00.000Z', '2014-05-05T21:00:00.000Z']);
    expect(openings({ ...days, to: plusMs(days.to, -1) }, monday, tuesday)).toEqual(['2014-05-04T21:00:00.000Z']);
  });

  it.each([{ complete: false }, { complete: 'true' }, { complete: null }, { complete: undefined }])(
    'has no candle with the mark %j, however long ago that closed',
    (mark) => {
      expect(openings(quarters, candle('2014-05-06T09:30:00.000000000Z', mark))).toEqual([]);
    },
  );

  it('leaves out a candle that has not closed by our clock, whatever its mark', () => {
    expect(openings(quarters, candle('2014-05-06T10:00:00.000000000Z'))).toEqual([]);
  });

  it('may tell times without a fraction, and nothing else', () => {
    const times = ['2014-05-06T09:30:00Z', '2014-05-06T09:30:00.5Z', '2014-02-30T09:30:00Z', '1399368600.000000000'];
    expect(openings(quarters, ...times.map((time) => candle(time)))).toEqual([quarters.from, null, null, null]);
  });

  it('hands on candles without prices, and whatever is no candle', () => {
    const silent = { complete: true, time: '2014-05-06T09:30:00Z', volume: 1 };
    expect(readOanda(JSON.stringify(told([silent, null, 7, { mid: { o: '1' } }])), quarters)).toMatchObject({
      bars: [
        { openAt: quarters.from, open: '', close: '', volume: '1' },
        { openAt: null, raw: 'null' },
        { openAt: null, raw: '7' },
        { openAt: null, open: '1' },
      ],
    });
  });

  standsAnyAnswer({
    read: readOanda,
    timeframes: oanda.timeframes,
    write: (bars, goingOn) =>
      JSON.stringify(
        told(
          [...bars, goingOn].map(({ openAtMs, open: o, high: h, low: l, close: c, volume }) => ({
            complete: openAtMs !== goingOn.openAtMs,
            volume,
            time: `${new Date(openAtMs).toISOString().slice(0, 19)}.000000000Z`,
            mid: { o, h, l, c },
          })),
        ),
      ),
  });
});
