import { encodeCommand } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { readAlert, type Alert } from './alert-reader.ts';

const NOTHING = { symbol: null, timeframe: null, signal: null, price: null, sentAt: null };
const read = (alert: unknown): Omit<Alert, 'words'> => {
  const { words, ...rest } = readAlert(typeof alert === 'string' ? alert : JSON.stringify(alert));
  expect(typeof words).toBe('string');
  return rest;
};

/** What is expected of an alert; the rest is null. */
type Said = Partial<Record<keyof Alert, string>>;

describe('an alert of TradingView', () => {
  it.each<[string, unknown, Said]>([
    [
      'the placeholders of a bar',
      {
        ticker: 'BTCUSD',
        exchange: 'BINANCE',
        interval: '60',
        close: 91240.5,
        volume: 1,
        time: '2026-11-24T10:00:00Z',
        timenow: '2026-11-24T10:59:59Z',
      },
      { symbol: 'BTCUSD', timeframe: '1h', price: '91240.5', sentAt: '2026-11-24T10:59:59.000Z' },
    ],
    [
      'the placeholders of a strategy',
      {
        'strategy.order.action': 'buy',
        'strategy.order.price': '1.12345',
        'strategy.market_position': 'long',
        ticker: 'EURUSD',
      },
      { symbol: 'EURUSD', signal: 'BUY', price: '1.12345' },
    ],
    [
      'a strategy in a folder',
      {
        ticker: 'ETHUSDT',
        interval: 'D',
        bar: { close: 3 },
        strategy: { order_action: 'sell', order_price: 2000, market_position: 'flat' },
      },
      { symbol: 'ETHUSDT', timeframe: '1d', signal: 'SELL', price: '2000' },
    ],
    [
      'everything in one wrapper',
      { key: 'k', data: { 'strategy-order-action': 'buy', 'strategy-order-price': 1.1234, ticker: 'EUR/USD' } },
      { symbol: 'EUR/USD', signal: 'BUY', price: '1.1234' },
    ],
    [
      'other spellings',
      { Symbol: 'NASDAQ:AAPL', side: 'SHORT', timeframe: '4h' },
      { symbol: 'NASDAQ:AAPL', signal: 'SELL', timeframe: '4h' },
    ],
    ['a sentence in a field', { text: 'BTCUSD buy' }, { symbol: 'BTCUSD', signal: 'BUY' }],
  ])('is read with %s', (_, alert, said) => {
    expect(read(alert)).toEqual({ ...NOTHING, ...said });
  });

  it.each([
    ...([
      ['1', '1m'],
      ['5', '5m'],
      ['15', '15m'],
      ['30', '30m'],
      ['60', '1h'],
      ['240', '4h'],
      ['D', '1d'],
      ['1D', '1d'],
      ['1440', '1d'],
    ] as const),
    ...([
      ['1h', '1h'],
      ['4H', '4h'],
      ['15m', '15m'],
      ['60m', '1h'],
      [60, '1h'],
    ] as const),
    ...([
      ['M', null],
      ['1M', null],
      ['W', null],
      ['45', null],
      ['120', null],
      ['30S', null],
      ['', null],
      ['0', null],
    ] as const),
  ])('takes the interval %j for %j', (interval, timeframe) => {
    expect(read({ interval }).timeframe).toBe(timeframe);
  });

  it.each([
    ...([
      ['buy', 'BUY'],
      ['LONG', 'BUY'],
      ['Sell', 'SELL'],
      ['short', 'SELL'],
      ['close', 'HOLD'],
      ['flat', 'HOLD'],
      ['hold', 'HOLD'],
    ] as const),
    ...([
      ['cancel', null],
      ['constructor', null],
      ['{{strategy.order.action}}', null],
      ['buy sell', null],
    ] as const),
  ])('takes the action %j for %j', (action, signal) => {
    expect(read({ action, market_position: 'long' }).signal).toBe(signal);
  });

  it('keeps every digit of a price, and takes no price that is none', () => {
    const price = (json: string) => readAlert(`{"price":${json}}`).price;
    expect(price('91240.123456789012345678')).toBe('91240.123456789012345678');
    expect([price('8.12e-6'), price('1.5E+3'), price('"1.50"'), price('12e0')]).toEqual([
      '0.00000812',
      '1500',
      '1.50',
      '12',
    ]);
    expect(['0', '0.000', '-1', '"1,5"', '"NaN"', '1e99', 'true', 'null'].map(price)).toEqual(Array(8).fill(null));
  });

  it('is sent when it says so, in a zone or since 1970', () => {
    const at = '2026-11-24T10:00:00.000Z';
    for (const time of ['2026-11-24T10:00:00Z', '2026-11-24T11:00:00+01:00', 1795514400, '1795514400000'])
      expect(read({ time }).sentAt).toBe(at);
    for (const time of ['2026-11-24T10:00:00', '0000-01-01T00:00:00+23:59', 'now', 7, '2026-13-01T00:00:00Z'])
      expect(read({ time }).sentAt).toBeNull();
  });

  it.each<[string, Said]>([
    [
      'My strategy (1, 2): order buy @ 2 filled on BTCUSD. New strategy position is 2',
      { symbol: 'BTCUSD', signal: 'BUY' },
    ],
    ['order sell @ 1 filled on BRK.B. New strategy position is 0', { symbol: 'BRK.B', signal: 'SELL' }],
    ['NASDAQ:AAPL, price = 150.25, volume = 10', { symbol: 'NASDAQ:AAPL', price: '150.25' }],
    ['BTCUSD Crossing 91,240.00', {}],
    ['long BTCUSD q=0.1 sl=1000', { symbol: 'BTCUSD', signal: 'BUY' }],
    ['AAPL,buy,150.25,10', { symbol: 'AAPL', signal: 'BUY' }],
    ['BUY SIGNAL on 1h, close=1.2', { signal: 'BUY', timeframe: '1h', price: '1.2' }],
    ['EURUSD sell, interval: 15', { symbol: 'EURUSD', signal: 'SELL', timeframe: '15m' }],
    ['close long EURUSD', { symbol: 'EURUSD', signal: 'HOLD' }],
    ['buy or sell?', {}],
    ['a short-term buyer of longer bonds', {}],
    ['ticker={{ticker}} action={{strategy.order.action}}', {}],
    ['', {}],
    ['{"ticker": "BTCUSD"', {}],
    ['["buy"]', {}],
  ])('that is the sentence %j is understood as %j', (words, said) => {
    expect(read(words)).toEqual({ ...NOTHING, ...said });
  });

  it('keeps its words on one line, and not for ever', () => {
    expect(readAlert(' a\nb\u0000c ').words).toBe('a b\ufffdc');
    expect(readAlert('x'.repeat(65_536)).words).toHaveLength(2_000);
  });

  it('can be anything: it is never a failure, and what is read of it is always as its schema says', () => {
    const at = instant('2026-11-24T10:00:00Z');
    const terms: Parameters<typeof encodeCommand>[1] = {
      ...{ id: 'i', correlationId: 'i', sender: 'query', service: 'ingestion', tenant: 'shared', actor: 'hook:desk' },
      ...{ time: at, expiresAt: at, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    };
    const word = fc.constantFrom(
      ...[
        'buy',
        'SELL',
        'close',
        'close=',
        'price:',
        'NASDAQ:',
        'BTCUSD',
        'filled on',
        'ticker',
        'interval',
        '15',
        '1D',
        '"',
      ],
      ...[
        '{',
        '}',
        ':',
        ',',
        '1e9',
        '0.1',
        '-',
        '\ud800',
        '\u0000',
        '\n',
        '__proto__',
        '{{ticker}}',
        ' ',
        '9'.repeat(70),
        'é',
        '😀',
      ],
    );
    const key = fc.constantFrom(
      ...[
        'ticker',
        'symbol',
        'interval',
        'action',
        'strategy',
        'order',
        'price',
        'close',
        'time',
        'timenow',
        'text',
        '__proto__',
        'data',
      ],
    );
    const value = fc.oneof(
      word,
      fc.double(),
      fc.integer(),
      fc.string({ unit: 'binary' }),
      fc.constant(null),
      fc.date().map(String),
    );
    const document = fc.dictionary(
      key,
      fc.oneof(value, fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)))),
    );
    const alert = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
      fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
      document.map((given) => JSON.stringify(given)),
      fc.json(),
    );
    fc.assert(
      fc.property(alert, (text) => {
        const data = { source: 'desk', ...readAlert(text), receivedAt: at };
        encodeCommand({ type: 'ReceiveExternalSignal', data }, terms);
      }),
      { numRuns: 25_000 },
    );
  });

  it('takes no time to speak of, however it is made', () => {
    const bodies = ['[', '{"a":', '"', 'A', 'close ', 'NASDAQ:', 'buy A', '1', 'price 1', 'A.', '\\"', 'tf '].map(
      (piece) => piece.repeat(Math.floor(65_536 / piece.length)),
    );
    const startedMs = performance.now();
    for (const body of bodies) readAlert(body);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
