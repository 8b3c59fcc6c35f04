import { instant } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { fx24x5 } from '../../../domain/calendars/fx-24x5.ts';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import type { BarsAsked } from '../adapter.ts';
import { kraken } from './kraken.adapter.ts';
import { readKraken } from './kraken.bars.ts';

const asked: BarsAsked = {
  symbol: 'XBTUSD',
  timeframe: '1h',
  calendar: roundTheClock,
  from: instant('2026-03-02T09:00:00.000Z'),
  to: instant('2026-03-02T11:20:00.000Z'),
};
const nine = 1_772_442_000;
const rows = [
  [nine, '67692.8', '67692.80', '67132.0', '67307.3', '67330.9', '20.92610534', 399],
  [nine + 3_600, '67307.4', '67578.4', '66885.3', '66919.2', '67267.3', '21.12324464', 433],
  [nine + 7_200, '66919.2', '66950.0', '66919.2', '66940.1', '66930.0', '1.5', 12],
];
const told = (table: readonly unknown[]): object => ({
  error: [],
  result: { XXBTZUSD: table, last: nine + 3_600 },
});

describe('kraken', () => {
  standsWhatProvidersDo({
    kind: kraken,
    name: 'kraken',
    asked,
    request: {
      path: '/0/public/OHLC',
      query: { pair: 'XBTUSD', interval: '60', since: String(nine - 1) },
      headers: {},
    },
    documented: { headers: { 'cf-ray': '8f-AMS' }, body: told(rows) },
    bars: [
      {
        openAt: instant('2026-03-02T09:00:00.000Z'),
        open: '67692.8',
        high: '67692.80',
        low: '67132.0',
        close: '67307.3',
        volume: '20.92610534',
        revision: 0,
        raw: `[${nine},"67692.8","67692.80","67132.0","67307.3","67330.9","20.92610534",399]`,
      },
      {
        openAt: instant('2026-03-02T10:00:00.000Z'),
        open: '67307.4',
        high: '67578.4',
        low: '66885.3',
        close: '66919.2',
        volume: '21.12324464',
        revision: 0,
        raw: `[${nine + 3_600},"67307.4","67578.4","66885.3","66919.2","67267.3","21.12324464",433]`,
      },
    ],
    cost: 1,
    quotaLeft: null,
    requestId: '8f-AMS',
    empty: { body: told(rows.slice(-1)) },
    unknownSymbol: { answer: { body: { error: ['EQuery:Unknown asset pair'] } }, word: 'Unknown asset pair' },
    complaints: [
      ['RATE_LIMITED', { body: { error: ['EAPI:Rate limit exceeded'] } }],
      ['RATE_LIMITED', { body: { error: ['EGeneral:Too many requests'] } }],
      ['PROVIDER_ERROR', { body: { error: ['EService:Unavailable'] } }],
      ['PROVIDER_ERROR', { body: { error: ['EGeneral:Internal error'] } }],
      ['REFUSED', { body: { error: ['EGeneral:Invalid arguments'], result: {} } }],
    ],
  });
});

describe('a day bar of kraken', () => {
  const ground = adapterGround(kraken);

  it('is asked for by its midnight, and told by the opening of its day', async () => {
    const { server, adapter } = ground();
    const midnight = nine - 9 * 3_600;
    server.willAnswer({
      body: told([midnight, midnight + 86_400].map((time) => [time, '1', '2', '1', '2', '1', '3', 1])),
    });
    const [from, to] = [instant('2026-03-01T22:00:00.000Z'), instant('2026-03-02T22:00:00.000Z')];
    const fetched = await adapter().fetchBars({
      ...asked,
      symbol: 'EURUSD',
      timeframe: '1d',
      calendar: fx24x5,
      from,
      to,
    });
    expect(fetched.answer).toMatchObject({ kind: 'bars', bars: [{ openAt: from, close: '2', volume: '3' }] });
    expect(server.takeRequests().map(({ query }) => [query['interval'], query['since']])).toEqual([
      ['1440', String(midnight - 1)],
    ]);
  });
});

describe('an answer of kraken', () => {
  const closes = (body: object): unknown => {
    const reading = readKraken(JSON.stringify(body), asked);
    return reading.kind === 'bars' ? reading.bars.map(({ close }) => close) : reading.kind;
  };

  it('never commits its last row, even when that one has closed by our clock', () => {
    expect(closes(told(rows.slice(0, 2)))).toEqual(['67307.3']);
  });

  it('keeps a row that is none, so that it can be looked into', () => {
    const [nineRow, , last] = rows;
    const reading = readKraken(JSON.stringify(told([nineRow, 'what?', [null, '1'], last])), asked);
    expect(reading.kind === 'bars' && reading.bars.slice(1)).toEqual([
      { openAt: null, open: '', high: '', low: '', close: '', volume: '', revision: 0, raw: '"what?"' },
      { openAt: null, open: '1', high: '', low: '', close: '', volume: '', revision: 0, raw: '[null,"1"]' },
    ]);
  });

  it('leaves out what is older than was asked for, as it comes when the range lies too far back', () => {
    expect(closes(told([[nine - 3_600, '1', '1', '1', '1', '1', '1', 1], ...rows]))).toEqual(['67307.3', '66919.2']);
  });

  it('with a warning has bars all the same', () => {
    expect(closes({ ...told(rows), error: ['WService:Delayed'] })).toEqual(['67307.3', '66919.2']);
  });

  it('with two tables is none', () => {
    expect(closes({ error: [], result: { A: rows, B: rows, last: 1 } })).toBe('garbage');
  });

  standsAnyAnswer({
    read: readKraken,
    timeframes: kraken.timeframes,
    write: (bars, goingOn) =>
      JSON.stringify(
        told(
          [...bars, goingOn].map(({ openAtMs, open, high, low, close, volume }) => [
            openAtMs / 1_000,
            open,
            high,
            low,
            close,
            '1',
            volume,
            1,
          ]),
        ),
      ),
  });
});
