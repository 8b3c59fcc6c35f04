import { instant } from '@tocsin/domain-kit';
import { NoAnswer } from '@tocsin/outbound';
import { adapterGround } from '../../../test/adapter-cases.ts';
import { roundTheClock } from '../../domain/calendars/round-the-clock.ts';
import type { AdapterKind } from './adapter.ts';
import { addressOf, PagedAdapter, type Dialect } from './paged.adapter.ts';
import { failureIn, garbage, wordsIn } from './sorting.ts';

describe('a fault', () => {
  it('of our own limits comes again when they allow it, and a connection that failed when we like', () => {
    const failureOf = (fault: NoAnswer): unknown => failureIn(fault);
    expect(failureOf(new NoAnswer('breaker-open', 'kraken keeps failing', { hintMs: 900 }))).toEqual({
      kind: 'failure',
      failure: {
        failureSource: 'network_error',
        errorCode: 'NETWORK_ERROR',
        message: 'kraken keeps failing',
        retryAfterMs: 900,
      },
    });
    expect(failureOf(new NoAnswer('rate-limited', 'used up', { hintMs: 5 }))).toMatchObject({
      failure: { errorCode: 'RATE_LIMITED', retryAfterMs: 5 },
    });
    expect(failureOf(new NoAnswer('unreachable', 'no connection'))).toMatchObject({
      failure: { errorCode: 'NETWORK_ERROR', retryAfterMs: null },
    });
  });

  it('that is none is a bug of ours and passes', () => {
    const bug = new TypeError('ours');
    expect(() => failureIn(bug)).toThrow(bug);
  });
});

describe('the words of a provider', () => {
  it.each([
    ['{"message":"No such\\nproduct"}', 'No such product'],
    ['{"code":-1121,"msg":"Invalid symbol."}', 'Invalid symbol.'],
    ['{"error":["EQuery:Unknown","EGeneral:Too"]}', 'EQuery:Unknown; EGeneral:Too'],
    ['{"error":{"message":"deep"}}', 'deep'],
    ['{"error":{"code":7}}', '{"code":7}'],
    ['{"error":false,"message":"said later"}', 'said later'],
    ['{"Error Message":"Legacy Endpoint"}', 'Legacy Endpoint'],
    ['plain words\u0000', 'plain words\ufffd'],
    ['{"detail":1}', null],
    ['<html>Sign in</html>', null],
    ['  ', null],
    ['12', null],
  ])('in %j are %j', (body, words) => {
    expect(wordsIn(body)).toBe(words);
  });

  it('are no novel', () => {
    expect(wordsIn('x'.repeat(1_000))).toHaveLength(300);
    expect(garbage('x'.repeat(5_000))).toEqual({ kind: 'garbage', body: 'x'.repeat(2_000) });
  });
});

describe('an adapter', () => {
  const from = instant('2026-03-02T09:00:00.000Z');
  const oneBar = { openAt: from, open: '1', high: '1', low: '1', close: '1', volume: '0', revision: 0, raw: '' };
  const dialect: Dialect = {
    name: 'echo',
    timeframes: new Set(['1m']),
    firstPage: ({ from }, { url, key }) => ({ url: addressOf(url, '/bars', { key: key ?? '' }), from }),
    nextPage: () => null,
    read: (text) => (text === 'one bar' ? { kind: 'bars', bars: [oneBar] } : garbage(text)),
    costOfPage: 1,
    requestIdIn: 'x-request-id',
    quotaLeft: () => null,
  };
  const kind: AdapterKind = {
    timeframes: dialect.timeframes,
    needsKey: true,
    url: '',
    rate: { calls: 1, perMs: 1_000 },
    make: (settings) => new PagedAdapter(dialect, settings),
  };
  const ground = adapterGround(kind, 'k3y/secret');
  const asked = {
    symbol: 'BTC',
    timeframe: '1m',
    calendar: roundTheClock,
    from,
    to: instant('2026-03-02T09:01:00.000Z'),
  } as const;

  it('takes its key out of whatever a provider says, be it garbage or a no', async () => {
    const { server, adapter } = ground();
    server.willAnswer({ body: 'wrong key k3y/secret' }, { status: 401, body: { message: 'no key k3y/secret' } });
    expect((await adapter().fetchBars(asked)).answer).toEqual({ kind: 'garbage', body: 'wrong key [secret]' });
    expect((await adapter().fetchBars(asked)).answer).toMatchObject({
      failure: { message: 'provider answered 401: no key [secret]' },
    });
    expect(server.takeRequests()[0]?.query).toEqual({ key: 'k3y/secret' });
  });

  it('tells the name of a failed exchange, and the time of the provider', async () => {
    const { server, adapter } = ground();
    const date = 'Mon, 02 Mar 2026 09:00:59 GMT';
    server.willAnswer({ status: 503, headers: { 'x-request-id': 'r-1', date } });
    expect(await adapter().fetchBars(asked)).toMatchObject({
      requestId: 'r-1',
      providerTime: '2026-03-02T09:00:59.000Z',
      cost: 1,
    });
  });

  it.each([
    ['has not closed yet, by its own clock', 'Mon, 02 Mar 2026 09:00:59 GMT', 0],
    ['has just closed', 'Mon, 02 Mar 2026 09:01:00 GMT', 1],
    ['has a clock that nobody can believe', 'Mon, 02 Mar 2026 08:00:00 GMT', 1],
    ['tells no time', 'just now', 1],
  ])('waits for a bar where the provider %s', async (_words, date, count) => {
    const { server, adapter } = ground();
    server.willAnswer({ headers: { date }, body: 'one bar' });
    const { answer } = await adapter().fetchBars(asked);
    expect(answer.kind === 'bars' && answer.bars).toHaveLength(count);
  });
});
