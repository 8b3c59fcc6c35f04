import 'reflect-metadata';
import { Api } from './api.ts';
import { Ground } from './ground.ts';

type Told = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
};

const BARS = '/api/feeds/BTCUSD-1m/bars';
const bar = (over: object = {}) => ({
  open_at: '2026-11-24T10:00:00Z',
  ...{ open: '1.5', high: '2', low: '1', close: '1.75', volume: 3 },
  ...over,
});
const feed = (over: object = {}) => ({
  ...{ symbol: 'BTCUSD', timeframe: '1m', providers: ['push'], calendar: '24x7', volume: 'traded' },
  ...over,
});

describe('a request about feeds that is not as it must be', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    api = await Api.open(ground.url);
  });
  afterAll(async () => {
    expect((await ground.database.query('SELECT FROM request')).rows).toEqual([]);
    await api.close();
    await ground.close();
  });

  const ask = async (url: string, payload: unknown, remoteAddress = '127.0.0.1') => {
    const headers = { 'content-type': 'application/json' };
    const sent = JSON.stringify(payload);
    const answer = await api.app?.inject({ method: 'POST', url, headers, payload: sent, remoteAddress });
    if (answer === undefined) throw new Error('the API is open');
    return { status: answer.statusCode, length: answer.body.length, ...answer.json<Told>() };
  };
  const pointers = ({ errors = [] }: Told) => errors.map(({ pointer }) => pointer);

  it.each<[unknown, readonly string[]]>([
    [{}, ['symbol', 'timeframe', 'providers', 'calendar', 'volume']],
    [feed({ providers: [] }), ['providers']],
    [feed({ providers: ['push', 'kraken', 'csv', 'ccxt', 'oanda'] }), ['providers']],
    [feed({ providers: ['a b', 7, { provider: 'kraken' }] }), ['providers/0', 'providers/1', 'providers/2/symbol']],
    [feed({ providers: [{ provider: 'kraken', symbol: 'XBTUSD', key: '1' }] }), ['providers/0/key']],
    [feed({ timeframe: '2h', volume: 'much', feed_latency_ms: 0 }), ['timeframe', 'volume', 'feed_latency_ms']],
    [feed({ symbol: './'.repeat(28) }), ['symbol']],
  ])('adds no feed %j', async (body, fields) => {
    const told = await ask('/api/feeds', body);
    expect([told.status, told.code]).toEqual([400, 'invalid-body']);
    expect([...pointers(told)].sort()).toEqual(fields.map((field) => `/body/${field}`).sort());
  });

  it.each<[unknown, readonly string[]]>([
    [{}, ['bars']],
    [{ bars: [] }, ['bars']],
    [{ bars: [bar(), bar({ open_at: '2026-11-24T10:01:00Z', high: 2 })] }, ['bars/1/high']],
    [{ bars: [bar({ open: '1e3', low: '-1', close: '0', volume: '3' })] }, ['close', 'low', 'open', 'volume']],
    [{ bars: [bar({ open: '.5', high: '01', low: '1'.repeat(65) })] }, ['high', 'low', 'open']],
    [{ bars: [bar({ openAt: '2026-11-24T10:00:00Z' })] }, ['openAt']],
    [{ bars: [bar({ open_at: '2026-02-30T10:00:00Z' })] }, ['open_at']],
    [{ bars: [bar({ open_at: '2026-11-24T10:00:00.0005Z' })] }, ['open_at']],
    [{ bars: [bar({ open_at: '2026-11-24 10:00' })] }, ['open_at']],
    [{ bars: [bar({ low: '1.8' })] }, ['close', 'open']],
    [{ bars: [bar({ close: '2.00000000000000000001' })] }, ['close']],
  ])('takes no bars %j', async (body, fields) => {
    const told = await ask(BARS, body);
    expect([told.status, told.code]).toEqual([400, 'invalid-body']);
    const named = new Set(pointers(told));
    for (const field of fields)
      expect([...named]).toContain(`/body/${field.startsWith('bars') ? field : `bars/0/${field}`}`);
  });

  it('is told every bar that is out of order or there twice', async () => {
    const bars = [bar({ open_at: '2026-11-24T10:01:00Z' }), bar(), bar({ open_at: '2026-11-24T11:00:00+01:00' })];
    expect(pointers(await ask(BARS, { bars }))).toEqual(['/body/bars/1/open_at', '/body/bars/2/open_at']);
  });

  it('is told of too many bars in few words, however much is wrong with them', async () => {
    const told = await ask(BARS, { bars: Array.from({ length: 100_000 }, () => ({})) });
    expect([told.status, pointers(told), told.length < 1_000]).toEqual([400, ['/body/bars'], true]);
    const all = await ask(BARS, { bars: Array.from({ length: 500 }, () => ({})) });
    expect([pointers(all).length, all.detail.length < 1_000]).toEqual([3_000, true]);
    expect((await ask(BARS, { bars: 'x'.repeat(1024 * 1024) })).code).toBe('body-too-large');
  });

  it.each(['EURUSD', 'EURUSD-7m', 'EUR%20USD-1m', `${'x'.repeat(60)}-1m`])('knows no pair %s', async (pair) => {
    for (const [route, body] of [
      ['bars', { bars: [bar()] }],
      ['pause', { reason: 'ok' }],
      ['resume', {}],
      ['remove', { reason: 'ok' }],
    ] as const) {
      const told = await ask(`/api/feeds/${pair}/${route}`, body);
      expect([route, told.status, pointers(told)]).toEqual([route, 400, ['/path/pair']]);
    }
  });

  it('is documented from what is checked, and so is the intake of alerts', async () => {
    type Post = { readonly requestBody: object; readonly responses: Readonly<Record<string, object>> };
    const { paths } = await api.read<{ paths: Record<string, { post?: Post }> }>('/openapi.json');
    const bars = paths['/api/feeds/{pair}/bars']?.post?.requestBody;
    const properties = { bars: { maxItems: 500, items: { properties: { open: { type: 'string' } } } } };
    expect(bars).toMatchObject({ content: { 'application/json': { schema: { properties } } } });
    for (const path of ['', '/{pair}/pause', '/{pair}/resume', '/{pair}/remove'])
      expect(Object.keys(paths[`/api/feeds${path}`]?.post?.responses ?? {})).toEqual(
        expect.arrayContaining(['200', '202', '400', '403', '409', '422']),
      );
    expect(Object.keys(paths['/hooks/tradingview/{token}']?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(['202', '404', '413', '429', '503']),
    );
  });

  it('is refused to everyone but this machine', async () => {
    for (const url of ['/api/feeds', BARS, '/api/feeds/BTCUSD-1m/pause', '/api/feeds/BTCUSD-1m/remove'])
      expect((await ask(url, {}, '10.0.0.1')).code).toBe('not-from-here');
  });
});
