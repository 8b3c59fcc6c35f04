import { instant, plusMs } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import { xnys } from '../../../domain/calendars/xnys.ts';
import type { BarsAsked } from '../adapter.ts';
import { binance } from './binance.adapter.ts';
import { readBinance } from './binance.bars.ts';

const asked: BarsAsked = {
  symbol: 'BTCUSDT',
  timeframe: '1m',
  calendar: roundTheClock,
  from: instant('2026-03-02T09:00:00.000Z'),
  to: instant('2026-03-02T09:02:30.000Z'),
};
const nine = 1_772_442_000_000;
const row = (openTime: number, close: string): readonly unknown[] => [
  openTime,
  '34970.90000000',
  '35047.03000000',
  '34800.01000000',
  close,
  '0.41947200',
  openTime + 59_999,
  '14686.87819470',
  37,
  '0.41391700',
  '14492.85555020',
  '0',
];
const bar = (openAt: string, openTime: number, close: string) => ({
  openAt: instant(openAt),
  open: '34970.90000000',
  high: '35047.03000000',
  low: '34800.01000000',
  close,
  volume: '0.41947200',
  revision: 0,
  raw: JSON.stringify(row(openTime, close)),
});

describe('binance', () => {
  standsWhatProvidersDo({
    kind: binance,
    name: 'binance',
    asked,
    request: {
      path: '/api/v3/klines',
      query: {
        symbol: 'BTCUSDT',
        interval: '1m',
        startTime: String(nine),
        endTime: String(nine + 149_999),
        limit: '1000',
      },
      headers: {},
    },
    documented: {
      headers: { 'x-mbx-used-weight-1m': '5990', 'x-mbx-uuid': '36439ccd' },
      body: [row(nine, '35047.03000000'), row(nine + 60_000, '35000.00000000'), row(nine + 120_000, '35001.00000000')],
    },
    bars: [
      bar('2026-03-02T09:00:00.000Z', nine, '35047.03000000'),
      bar('2026-03-02T09:01:00.000Z', nine + 60_000, '35000.00000000'),
    ],
    cost: 2,
    quotaLeft: 10,
    requestId: '36439ccd',
    empty: { headers: { 'x-mbx-used-weight-1m': '2' }, body: [] },
    unknownSymbol: { answer: { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } }, word: 'Invalid symbol.' },
    complaints: [
      ['RATE_LIMITED', { body: { code: -1003, msg: 'Too many requests.' } }],
      ['PROVIDER_ERROR', { body: { code: -1001, msg: 'Internal error; unable to process your request.' } }],
      ['REFUSED', { body: { code: -1121, msg: 'Invalid symbol.' } }],
    ],
  });
});

describe('a long range of binance', () => {
  const ground = adapterGround(binance);

  it('comes in pages of a thousand, each of which begins where the one before ended', async () => {
    const { server, adapter } = ground();
    server.willAnswer(
      { headers: { 'x-mbx-used-weight-1m': '10' }, body: [row(nine, '1')] },
      { body: [row(nine + 60_000_000, '2')] },
      { headers: { 'x-mbx-used-weight-1m': '14' }, body: [] },
    );
    const fetched = await adapter().fetchBars({ ...asked, to: plusMs(asked.from, 2_500 * 60_000) });
    expect(fetched).toMatchObject({
      answer: { kind: 'bars', bars: [{ close: '1' }, { close: '2' }] },
      cost: 6,
      quotaLeft: 5_986,
    });
    expect(server.takeRequests().map(({ query }) => [query['startTime'], query['endTime']])).toEqual([
      [String(nine), String(nine + 59_999_999)],
      [String(nine + 60_000_000), String(nine + 119_999_999)],
      [String(nine + 120_000_000), String(nine + 149_999_999)],
    ]);
  });

  it('of exactly one page is one request', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: [] });
    await adapter().fetchBars({ ...asked, to: plusMs(asked.from, 1_000 * 60_000) });
    expect(server.takeRequests()).toHaveLength(1);
  });

  it('comes whole or not at all', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: [row(nine, '1')] }, { status: 503 });
    const fetched = await adapter().fetchBars({ ...asked, to: plusMs(asked.from, 2_500 * 60_000) });
    expect(fetched).toMatchObject({ answer: { kind: 'failure', failure: { errorCode: 'PROVIDER_ERROR' } }, cost: 4 });
  });

  it('ends after ten pages, and leaves the newer bars for the next question', async () => {
    const { server, adapter } = ground();
    server.willAnswer(...Array.from({ length: 11 }, () => ({ body: [] })));
    await adapter().fetchBars({ ...asked, to: plusMs(asked.from, 20_000 * 60_000) });
    expect(server.takeRequests()).toHaveLength(10);
  });
});

describe('a day bar of binance', () => {
  const ground = adapterGround(binance);

  it('is asked for by its midnight, which may lie before its opening', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: '[]' });
    const [from, to] = [instant('2026-03-02T14:30:00.000Z'), instant('2026-03-02T21:00:00.000Z')];
    await adapter().fetchBars({ ...asked, timeframe: '1d', calendar: xnys, from, to });
    expect(server.takeRequests().map(({ query }) => query['startTime'])).toEqual([
      String(Date.parse('2026-03-02T00:00:00.000Z')),
    ]);
  });
});

describe('an answer of binance', () => {
  it('has no bar that closes in the very moment of asking, and has it a moment later', () => {
    const text = JSON.stringify([row(nine, '1')]);
    const read = (to: string): unknown => readBinance(text, { ...asked, to: instant(to) });
    expect(read('2026-03-02T09:00:59.999Z')).toEqual({ kind: 'bars', bars: [] });
    expect(read('2026-03-02T09:01:00.000Z')).toMatchObject({ kind: 'bars', bars: [{ close: '1' }] });
  });

  it('has no bar either that Binance itself says is going on', () => {
    const going = (closeTime: number): string => JSON.stringify([row(nine, '1').with(6, closeTime)]);
    const to = instant('2026-03-02T09:02:00.000Z');
    expect(readBinance(going(nine + 120_000), { ...asked, to })).toEqual({ kind: 'bars', bars: [] });
    expect(readBinance(going(nine + 119_999), { ...asked, to })).toMatchObject({ bars: [{ close: '1' }] });
  });

  standsAnyAnswer({
    read: readBinance,
    timeframes: binance.timeframes,
    write: (bars, goingOn) =>
      JSON.stringify(
        [...bars, goingOn].map(({ openAtMs, open, high, low, close, volume }) => [
          openAtMs,
          open,
          high,
          low,
          close,
          volume,
          openAtMs + 59_999, // Right for bars of a minute only; that of a longer one is before its end, and is not relied on.
        ]),
      ),
  });
});
