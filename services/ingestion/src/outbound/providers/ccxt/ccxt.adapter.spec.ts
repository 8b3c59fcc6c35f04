import { instant, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { Caller } from '@tocsin/outbound';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import type { Fetched } from '../adapter.ts';
import { CcxtAdapter } from './ccxt.adapter.ts';
import type { LoadCcxt } from './plug-in.ts';

type Question = readonly [symbol: string, timeframe: string, since: number, limit: number];

const HOUR_MS = 3_600_000;
const from = instant('2026-11-01T00:00:00.000Z');
const fromMs = Date.parse(from);

/** The classes of errors as ccxt has them: kinds of each other, known by their names. */
class BaseError extends Error {}
class ExchangeError extends BaseError {}
class AuthenticationError extends ExchangeError {}
class BadRequest extends ExchangeError {}
class BadSymbol extends BadRequest {}
class OperationFailed extends BaseError {}
class NetworkError extends OperationFailed {}
class RequestTimeout extends NetworkError {}
class DDoSProtection extends NetworkError {}
class RateLimitExceeded extends NetworkError {}
class ExchangeNotAvailable extends NetworkError {}

/** A module of the shape of ccxt, with one exchange that answers by a script. */
class Ccxt {
  readonly asked: Question[] = [];
  loads = 0;
  date: string | undefined;
  body: string | undefined;
  #answer: (...question: Question) => unknown = () => [];

  willAnswer(answer: (...question: Question) => unknown): void {
    this.#answer = answer;
  }

  readonly load: LoadCcxt = () => {
    this.loads += 1;
    const ask = (...question: Question): Promise<unknown> => {
      this.asked.push(question);
      return new Promise((resolve) => {
        resolve(this.#answer(...question));
      });
    };
    const date = (): string | undefined => this.date;
    const body = (): string | undefined => this.body;
    class kraken {
      readonly has = { fetchOHLCV: true };
      readonly timeframes = { '1h': 60, '1d': 1_440, '2w': 21_600 };
      readonly fetchOHLCV = ask;
      get last_response_headers(): object {
        return { Date: date() };
      }
      get last_http_response(): string | undefined {
        return body();
      }
    }
    class barless {
      readonly has = { fetchOHLCV: false };
      readonly fetchOHLCV = ask;
    }
    return Promise.resolve({ kraken, barless, version: '4', Exchange: {} });
  };
}

describe('ccxt', () => {
  let ccxt: Ccxt;
  let caller: Caller;
  let adapter: CcxtAdapter;
  beforeEach(() => {
    ccxt = new Ccxt();
    caller = new Caller('ccxt', { timeoutMs: 5_000, rate: { calls: 1_000, perMs: 250 } });
    adapter = new CcxtAdapter({ caller }, ccxt.load);
  });
  afterEach(() => caller.close());

  const candle = (hour: number, close: unknown = 2): readonly unknown[] => [fromMs + hour * HOUR_MS, 2, 3, 1, close, 7];
  const fetch = (
    symbol = 'kraken:BTC/USD',
    { timeframe = '1h', hours = 24 }: { readonly timeframe?: Timeframe; readonly hours?: number } = {},
  ): Promise<Fetched> =>
    adapter.fetchBars({ symbol, timeframe, calendar: roundTheClock, from, to: instant(fromMs + hours * HOUR_MS) });
  const openingsOf = ({ answer }: Fetched): readonly (Instant | null)[] => {
    if (answer.kind !== 'bars') throw new Error(JSON.stringify(answer));
    return answer.bars.map(({ openAt }) => openAt);
  };
  const hoursOf = (fetched: Fetched): readonly (number | null)[] =>
    openingsOf(fetched).map((openAt) => (openAt === null ? null : (Date.parse(openAt) - fromMs) / HOUR_MS));

  it('tells the bars that have closed, in digits, and leaves the one that is growing', async () => {
    ccxt.willAnswer(() => [candle(0, 0.1 + 0.2), candle(1, 7.1e-6), candle(2, 1e21), candle(3)]);
    const fetched = await fetch('kraken:BTC/USD', { hours: 3.5 });
    expect(fetched).toEqual({
      answer: {
        kind: 'bars',
        bars: [
          {
            openAt: from,
            open: '2',
            high: '3',
            low: '1',
            close: '0.30000000000000004',
            volume: '7',
            revision: 0,
            raw: `[${fromMs},2,3,1,0.30000000000000004,7]`,
          },
          expect.objectContaining({ close: '0.0000071' }),
          expect.objectContaining({ close: '1000000000000000000000' }),
        ],
      },
      providerTime: null,
      requestId: null,
      cost: 1,
      quotaLeft: null,
    });
    expect(ccxt.asked).toEqual([['BTC/USD', '1h', fromMs, 300]]);
  });

  it('takes no bar for complete that the clock of the exchange has not closed', async () => {
    ccxt.date = new Date(fromMs + 2 * HOUR_MS - 1_000).toUTCString();
    ccxt.willAnswer(() => [candle(0), candle(1)]);
    const fetched = await fetch('kraken:BTC/USD', { hours: 2 });
    expect(hoursOf(fetched)).toEqual([0]);
    expect(fetched.providerTime).toBe('2026-11-01T01:59:59.000Z');
  });

  it('turns pages, brings them into order, and takes of a bar that is on two of them the later edition', async () => {
    const pages = [[candle(2), candle(0), candle(1, 1)], [candle(1, 2), candle(3)], []];
    ccxt.willAnswer(() => pages.shift() ?? []);
    const fetched = await fetch('kraken:BTC/USD', { hours: 5 });
    expect(hoursOf(fetched)).toEqual([0, 1, 2, 3]);
    expect(fetched.answer).toMatchObject({ bars: [{}, { close: '2' }, {}, {}] });
    expect(ccxt.asked.map(([, , since]) => (since - fromMs) / HOUR_MS)).toEqual([0, 3, 4]);
    expect(fetched.cost).toBe(3);
  });

  it('ends with an exchange that tells the newest or the oldest bars whatever it is asked', async () => {
    ccxt.willAnswer(() => [candle(22), candle(23), candle(24)]);
    expect(hoursOf(await fetch())).toEqual([22, 23]);
    expect(ccxt.asked).toHaveLength(1);
    ccxt.willAnswer(() => [candle(-2), candle(-1), candle(0)]);
    expect(hoursOf(await fetch())).toEqual([0]);
    expect(ccxt.asked).toHaveLength(3);
  });

  it('looks behind a window in which nothing was traded, but not for ever', async () => {
    ccxt.willAnswer((_symbol, _timeframe, since) => (since > fromMs ? [candle(700)] : []));
    expect(hoursOf(await fetch('kraken:BTC/USD', { hours: 701 }))).toEqual([700]);
    ccxt.willAnswer(() => []);
    expect(await fetch('kraken:BTC/USD', { hours: 100_000 })).toMatchObject({ answer: { bars: [] }, cost: 10 });
  });

  it('leaves broken candles for somebody to see', async () => {
    ccxt.willAnswer(() => [
      candle(0),
      null,
      ['soon', 1],
      candle(1, Number.NaN),
      candle(2).slice(0, 5),
      candle(3, '2.50'),
    ]);
    const { answer } = await fetch();
    expect(answer).toMatchObject({
      bars: [
        { openAt: from },
        { openAt: null, open: '', raw: 'null' },
        { openAt: null, open: '1' },
        { close: 'NaN' },
        { volume: '0' },
        { close: '2.50' },
      ],
    });
  });

  it('is garbage when it is no table', async () => {
    ccxt.willAnswer(() => ({ error: 'no' }));
    expect((await fetch()).answer).toEqual({ kind: 'garbage', body: '{"error":"no"}' });
  });

  it('is garbage when the exchange answered with a page, which ccxt reads as no bars', async () => {
    ccxt.body = '<html>Busy</html>';
    expect((await fetch()).answer).toEqual({ kind: 'garbage', body: '<html>Busy</html>' });
    ccxt.body = '{"result":[]}';
    expect((await fetch('kraken:BTC/USD', { hours: 1 })).answer).toEqual({ kind: 'bars', bars: [] });
  });

  it.each([
    ['BTC/USD', "'BTC/USD' names no exchange and symbol, as kraken:BTC/USD does"],
    ['nowhere:BTC/USD', "ccxt has no exchange 'nowhere'"],
    ['Exchange:BTC/USD', "ccxt has no exchange 'Exchange'"],
    ['version:BTC/USD', "ccxt has no exchange 'version'"],
    ['constructor:BTC/USD', "ccxt has no bars of the exchange 'constructor'"],
    ['barless:BTC/USD', "ccxt has no bars of the exchange 'barless'"],
  ])('refuses %s, and says why', async (symbol, message) => {
    expect((await fetch(symbol)).answer).toMatchObject({ kind: 'failure', failure: { errorCode: 'REFUSED', message } });
  });

  it('refuses bars of a length that the exchange does not have', async () => {
    expect((await fetch('kraken:BTC/USD', { timeframe: '4h' })).answer).toMatchObject({
      failure: { errorCode: 'REFUSED', message: 'kraken has no bars of 4h' },
    });
  });

  it.each([
    ['BadSymbol', new BadSymbol('kraken does not have market symbol BTC/XXX'), 'REFUSED'],
    ['AuthenticationError', new AuthenticationError('kraken {"error":["EAPI:Invalid key"]}'), 'REFUSED'],
    ['RateLimitExceeded', new RateLimitExceeded('kraken 429'), 'RATE_LIMITED'],
    ['DDoSProtection', new DDoSProtection('kraken 403'), 'RATE_LIMITED'],
    ['RequestTimeout', new RequestTimeout('kraken GET'), 'NETWORK_ERROR'],
    ['NetworkError', new NetworkError('kraken GET fetch failed'), 'NETWORK_ERROR'],
    ['ExchangeNotAvailable', new ExchangeNotAvailable('kraken <html>Busy</html>'), 'NETWORK_ERROR'],
    ['ExchangeError', new ExchangeError('kraken EGeneral'), 'PROVIDER_ERROR'],
    ['TypeError', new TypeError("Cannot read properties of undefined (reading '0')"), 'PROVIDER_ERROR'],
  ])('sorts a %s', async (_, error, errorCode) => {
    ccxt.willAnswer(() => {
      throw error;
    });
    const { answer, cost } = await fetch();
    expect(answer).toMatchObject({
      kind: 'failure',
      failure: {
        errorCode,
        message: `kraken: ${error.message}`,
        retryAfterMs: errorCode === 'RATE_LIMITED' ? (expect.any(Number) as number) : null,
      },
    });
    expect(cost).toBe(1);
  });

  it('is loaded when a bar of it is wanted, once; where it is not installed, it is said how to', async () => {
    expect(ccxt.loads).toBe(0);
    ccxt.willAnswer(() => [candle(0)]);
    await fetch();
    await fetch();
    expect(ccxt.loads).toBe(1);

    const notInstalled: string = './not-installed.ts';
    const missing = new CcxtAdapter({ caller }, () => import(notInstalled));
    const asked = { symbol: 'kraken:BTC/USD', timeframe: '1h', calendar: roundTheClock, from, to: from } as const;
    expect((await missing.fetchBars(asked)).answer).toEqual({
      kind: 'failure',
      failure: {
        failureSource: 'provider',
        errorCode: 'REFUSED',
        message: 'the provider ccxt needs a package that is not installed here: npm install ccxt@4.5.84',
        retryAfterMs: null,
      },
    });
  });
});
