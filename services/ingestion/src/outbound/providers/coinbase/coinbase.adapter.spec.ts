import { instant, plusMs } from '@tocsin/domain-kit';
import { adapterGround, standsWhatProvidersDo } from '../../../../test/adapter-cases.ts';
import { standsAnyAnswer } from '../../../../test/parser-fuzz.ts';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import { xnys } from '../../../domain/calendars/xnys.ts';
import type { BarsAsked } from '../adapter.ts';
import { coinbase } from './coinbase.adapter.ts';
import { readCoinbase } from './coinbase.bars.ts';

const asked: BarsAsked = {
  symbol: 'BTC-USD',
  timeframe: '1h',
  calendar: roundTheClock,
  from: instant('2026-03-02T09:00:00.000Z'),
  to: instant('2026-03-02T11:20:00.000Z'),
};
const nine = 1_772_442_000;
/** As text: digits such as the last 0 of a price are lost in a number. */
const nineRow = `[${nine},61000.10,61500.00,61100,61400.50,12.3456789012345678901]`;
const tenRow = `[${nine + 3_600},7.19e-06,7.3e-6,0.0000072,1.25E+2,2e3]`;
const elevenRow = `[${nine + 7_200},1,1,1,1,1]`;

describe('coinbase', () => {
  standsWhatProvidersDo({
    kind: coinbase,
    name: 'coinbase',
    asked,
    request: {
      path: '/products/BTC-USD/candles',
      query: { granularity: '3600', start: '2026-03-02T09:00:00.000Z', end: '2026-03-02T11:20:00.000Z' },
      headers: { 'user-agent': 'tocsin' }, // Coinbase refuses whoever has none.
    },
    documented: { headers: { 'cf-ray': '9a-FRA' }, body: `[${elevenRow}, ${tenRow},\n${nineRow}]` },
    bars: [
      {
        openAt: instant('2026-03-02T09:00:00.000Z'),
        open: '61100',
        high: '61500.00',
        low: '61000.10',
        close: '61400.50',
        volume: '12.3456789012345678901',
        revision: 0,
        raw: nineRow,
      },
      {
        openAt: instant('2026-03-02T10:00:00.000Z'),
        open: '0.0000072',
        high: '0.0000073',
        low: '0.00000719',
        close: '125',
        volume: '2000',
        revision: 0,
        raw: tenRow,
      },
    ],
    cost: 1,
    quotaLeft: null,
    requestId: '9a-FRA',
    empty: { body: '[]' },
    unknownSymbol: { answer: { status: 404, body: { message: 'NotFound' } }, word: 'NotFound' },
    complaints: [
      ['RATE_LIMITED', { body: { message: 'Public rate limit exceeded' } }],
      ['PROVIDER_ERROR', { body: { message: 'Internal server error' } }],
      ['REFUSED', { body: { message: 'granularity too small for the requested time range' } }],
    ],
  });
});

describe('a long range of coinbase', () => {
  const ground = adapterGround(coinbase);

  it('is asked for by time, three hundred bars a page, also where nobody traded', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: '[]' }, { body: '[]' }, { body: `[[${nine + 600 * 3_600},1,2,1,2,1]]` });
    const to = plusMs(asked.from, 601 * 3_600_000);
    const { answer, cost } = await adapter().fetchBars({ ...asked, to });
    expect(answer).toMatchObject({ kind: 'bars', bars: [{ openAt: '2026-03-27T09:00:00.000Z' }] });
    expect(cost).toBe(3);
    expect(server.takeRequests().map(({ query }) => [query['start'], query['end']])).toEqual([
      ['2026-03-02T09:00:00.000Z', '2026-03-14T20:00:00.000Z'],
      ['2026-03-14T21:00:00.000Z', '2026-03-27T08:00:00.000Z'],
      ['2026-03-27T09:00:00.000Z', '2026-03-27T10:00:00.000Z'],
    ]);
  });

  it('has a symbol in its path that cannot leave it', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: '[]' });
    await adapter().fetchBars({ ...asked, symbol: 'a/../b?c' });
    expect(server.takeRequests().map(({ path }) => path)).toEqual(['/products/a%2F..%2Fb%3Fc/candles']);
  });
});

describe('a day bar of coinbase', () => {
  const ground = adapterGround(coinbase);

  it('is asked for by its midnight, which may lie before its opening', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: '[]' });
    const [from, to] = [instant('2026-03-02T14:30:00.000Z'), instant('2026-03-02T21:00:00.000Z')];
    await adapter().fetchBars({ ...asked, timeframe: '1d', calendar: xnys, from, to });
    expect(server.takeRequests().map(({ query }) => query['start'])).toEqual(['2026-03-02T00:00:00.000Z']);
  });
});

describe('an answer of coinbase', () => {
  it('may begin before what was asked for, and keeps a row that is none beside the one before it in time', () => {
    const text = `[${tenRow},["?"],${nineRow},[${nine - 3_600},9,9,9,9,9]]`;
    const reading = readCoinbase(text, asked);
    expect(reading.kind === 'bars' && reading.bars.map(({ raw }) => raw)).toEqual([nineRow, '["?"]', tenRow]);
  });

  standsAnyAnswer({
    read: readCoinbase,
    timeframes: coinbase.timeframes,
    write: (bars, goingOn) =>
      `[${[...bars, goingOn]
        .map(
          ({ openAtMs, open, high, low, close, volume }) =>
            `[${openAtMs / 1_000},${low},${high},${open},${close},${volume}]`,
        )
        .toReversed()
        .join(',')}]`,
  });
});
