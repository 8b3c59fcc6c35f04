import 'reflect-metadata';
import { Api, logged } from './api.ts';
import { barAt, barClosed, feedAdded, gapFound, runCompleted, runIdOf, type Fact } from './facts.ts';
import { Ground } from './ground.ts';

type Page = { readonly items: readonly { readonly id: string }[]; readonly next_cursor: string | null };
type Errors = { readonly errors: readonly { readonly pointer: string; readonly detail: string }[] };

const LATEST = '/api/analysis/latest?pair=EURUSD&tf=15m';
const STATUS = '/api/ingestion/status';

describe('a request that is not as it must be', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    await ground.hear(feedAdded(), barClosed(0));
    api = await Api.open(ground.url);
    logged.length = 0;
  });
  afterAll(async () => {
    await api.close();
    await ground.close();
  });

  it('names every parameter that is missing, unknown, or not as it must be', async () => {
    const answer = await api.get('/api/analysis/latest?tf=7m&colour=red', {
      headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.json()).toEqual({
      type: '/docs/reference/problems.md#invalid-query',
      title: 'The question is not as it must be.',
      status: 400,
      detail: expect.stringContaining('/query/pair is missing') as unknown,
      instance: '/api/analysis/latest',
      code: 'invalid-query',
      traceId: 'a'.repeat(32),
      errors: expect.arrayContaining([
        { pointer: '/query/pair', detail: 'is missing' },
        { pointer: '/query/colour', detail: 'is no parameter of this route' },
        { pointer: '/query/tf', detail: 'must be one of 1m,5m,15m,30m,1h,4h,1d' },
      ]) as unknown,
    });
  });

  it.each([
    ['/api/bars?symbol=EURUSD&tf=15m&limit=0', '/query/limit'],
    ['/api/bars?symbol=EURUSD&tf=15m&limit=501', '/query/limit'],
    ['/api/bars?symbol=EURUSD&tf=15m&limit=ten', '/query/limit'],
    ['/api/bars?symbol=EURUSD&tf=15m&limit=1&limit=2', '/query/limit'],
    ['/api/bars?symbol=EURUSD&tf=15m&from=yesterday', '/query/from'],
    ['/api/bars?symbol=EURUSD&tf=15m&from=2014-13-01T00:00:00Z', '/query/from'],
    ['/api/bars?symbol=EURUSD&tf=15m&from=2014-02-30T00:00:00Z', '/query/from'],
    ['/api/bars?symbol=%00&tf=15m', '/query/symbol'],
    ['/api/bars?symbol=EURUSD&tf=15m&a~b%2Fc=1', '/query/a~0b~1c'],
    ['/api/bars?symbol=EURUSD&tf=15m&cursor=!', '/query/cursor'],
    ['/api/escalations?__proto__=1', '/query/__proto__'],
    ['/api/ingestion/status?atLeast=now', '/query/atLeast'],
    ['/api/escalations/not%20a%20scope', '/path/scope'],
    ['/api/feeds?status=removed', '/query/status'],
    ['/api/feeds/not%20a%20pair', '/path/pair'],
  ])('refuses %s at %s', async (url, pointer) => {
    const answer = await api.get(url);
    expect([answer.statusCode, answer.json<Errors>().errors.map((error) => error.pointer)]).toEqual([400, [pointer]]);
  });

  it('takes a feed by the symbol as it is, as whoever changes it may write it', async () => {
    const answer = await api.get('/api/feeds/BRK.B-1d');
    expect(answer.json<{ detail: string }>().detail).toBe("No feed watches the pair 'BRK=2EB-1d'.");
  });

  it.each([
    ['/api/bars?symbol=NOPE&tf=15m', 'unknown-pair'],
    ['/api/bars?symbol=EURUSD&tf=1d', 'unknown-pair'],
    ['/api/analysis/latest?pair=NOPE&tf=15m', 'unknown-pair'],
    ['/api/analysis/history?pair=NOPE', 'unknown-pair'],
    ['/api/feeds/NOPE-15m', 'unknown-pair'],
    [LATEST, 'no-analysis'],
    ['/api/analysis/nothing', 'unknown-analysis'],
    ['/api/escalations/pair-NOPE-15m', 'unknown-scope'],
    ['/api/requests/never-asked', 'unknown-request'],
    ['/api/nowhere', 'unknown-route'],
  ])('answers %s with 404 %s', async (url, code) => {
    const answer = await api.get(url);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, code]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(logged).toEqual([]);
  });

  it('takes no method and no body that it does not know', async () => {
    const send = async (headers: Record<string, string>, payload: string) =>
      (await api.app?.inject({ method: 'POST', url: '/api/bars', headers, payload }))?.json<{ code: string }>().code;
    expect(await send({ 'content-type': 'application/json' }, '{}')).toBe('unknown-route');
    expect(await send({ 'content-type': 'application/json' }, '{')).toBe('bad-request');
    expect(await send({ 'content-type': 'application/json' }, `"${'x'.repeat(1024 * 1024)}"`)).toBe('body-too-large');
  });
});

describe('a request for a change that is not as it must be', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    api = await Api.open(ground.url);
  });
  afterAll(async () => {
    await api.close();
    await ground.close();
  });

  const ask = async (
    payload: unknown,
    {
      headers = {},
      remoteAddress = '127.0.0.1',
      url = '/api/escalations/pair-EURUSD-15m/ack',
    }: { headers?: Record<string, string>; remoteAddress?: string; url?: string } = {},
  ) => {
    const sent = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const answer = await api.app?.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: sent,
      remoteAddress,
    });
    const { code, errors = [] } = answer?.json<{ code: string } & Partial<Errors>>() ?? { code: 'nothing' };
    return [answer?.statusCode, code, errors.map(({ pointer }) => pointer)];
  };

  it.each<[unknown, string]>([
    [{}, '/body/reason'],
    [{ reason: '' }, '/body/reason'],
    [{ reason: 17 }, '/body/reason'],
    [{ reason: 'a\u0000b' }, '/body/reason'],
    [{ reason: 'x'.repeat(2_001) }, '/body/reason'],
    [{ reason: 'ok', ttl_ms: '60000' }, '/body/ttl_ms'],
    [{ reason: 'ok', ttl_ms: 59_999 }, '/body/ttl_ms'],
    [{ reason: 'ok', ttlMs: 60_000 }, '/body/ttlMs'],
    [[], '/body'],
    ['null', '/body'],
  ])('refuses the body %j at %s', async (body, pointer) => {
    expect(await ask(body)).toEqual([400, 'invalid-body', [pointer]]);
  });

  it('refuses a scope, a parameter and a key that are none', async () => {
    const ok = { reason: 'ok' };
    expect(await ask(ok, { url: '/api/escalations/EURUSD/ack' })).toEqual([400, 'invalid-query', ['/path/scope']]);
    expect(await ask(ok, { url: '/api/escalations/pair-X-1m/ack?force=1' })).toEqual([
      400,
      'invalid-query',
      ['/query/force'],
    ]);
    expect(await ask(ok, { headers: { 'idempotency-key': 'two words' } })).toEqual([
      400,
      'invalid-body',
      ['/header/Idempotency-Key'],
    ]);
    expect(await ask('{')).toEqual([400, 'bad-request', []]);
    expect(await ask('ok', { headers: { 'content-type': 'application/xml' } })).toEqual([
      415,
      'unsupported-media-type',
      [],
    ]);
  });

  it('is refused to everyone but this machine, before anything of it is read', async () => {
    for (const asked of [
      { remoteAddress: '10.0.0.1' },
      { headers: { host: 'evil.example' } },
      { headers: { origin: 'https://evil.example' } },
      { headers: { 'x-forwarded-for': '10.0.0.1' } },
    ])
      expect(await ask({}, asked)).toEqual([403, 'not-from-here', []]);
    expect((await ground.database.query('SELECT FROM request')).rows).toEqual([]);
  });
});

describe('the manners of the API', () => {
  let ground: Ground;
  let api: Api;
  const hear = (...facts: readonly Fact[]) => ground.hear(...facts);

  beforeEach(async () => {
    ground = await Ground.open();
    await hear(feedAdded(), barClosed(0));
    api = await Api.open(ground.url);
    logged.length = 0;
  });
  afterEach(async () => {
    await api.close();
    await ground.close();
  });

  it('T-6 keeps a cursor’s place while rows are inserted before and after it', async () => {
    await hear(...Array.from({ length: 9 }, (_, index) => runCompleted(2 * index)));
    const before = Array.from({ length: 9 }, (_, index) => runIdOf(16 - 2 * index));
    const read: string[] = [];
    let cursor: string | null = null;
    let inserted = 100;
    do {
      const page: Page = await api.read(
        `/api/analysis/history?pair=EURUSD&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      read.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
      await hear(runCompleted(inserted), runCompleted(15 - (inserted - 100) * 2));
      inserted += 1;
    } while (cursor !== null);
    expect(read.filter((id) => before.includes(id))).toEqual(before);
    expect(new Set(read).size).toBe(read.length);
  });

  it('refuses a cursor of another list, and one that was made up', async () => {
    await hear(barClosed(1), barClosed(2));
    const { next_cursor: cursor } = await api.read<Page>('/api/bars?symbol=EURUSD&tf=15m&limit=1');
    const forged = (...place: readonly unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');
    for (const [list, wrong] of [
      ['/api/escalations?', cursor],
      ['/api/bars?symbol=EURUSD&tf=15m&', forged('bars', 'soon', 'EURUSD-15m')],
      ['/api/bars?symbol=EURUSD&tf=15m&', forged('bars', '2014-13-45T00:00:00.000Z', 'EURUSD-15m')],
      ['/api/bars?symbol=EURUSD&tf=15m&', forged('bars', barAt(1).openAt, 'a\u0000b')],
    ]) {
      const answer = await api.get(`${list ?? ''}cursor=${wrong ?? ''}`);
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'invalid-cursor']);
    }
  });

  it('answers 304 as long as nothing was applied that it had read', async () => {
    await hear(runCompleted(0));
    const first = await api.get(LATEST);
    expect(first.headers).toMatchObject({ etag: 'W/"LOG_ANALYSIS:1, LOG_INGESTION:2"', 'cache-control': 'no-cache' });
    expect(first.headers.vary).toBe('Tocsin-Tenant');
    const etag = String(first.headers.etag);
    for (const known of [etag, `"other", ${etag.slice(2)}`, '*']) {
      const again = await api.get(LATEST, { headers: { 'if-none-match': known } });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    }
    await hear(runCompleted(1));
    expect((await api.get(LATEST, { headers: { 'if-none-match': etag } })).statusCode).toBe(200);
  });

  it('does not call a status unchanged when time has passed', async () => {
    const { etag } = (await api.get(STATUS)).headers;
    expect((await api.get(STATUS, { headers: { 'if-none-match': String(etag) } })).statusCode).toBe(304);
    api.now = barAt(10).closeAt;
    expect((await api.get(STATUS, { headers: { 'if-none-match': String(etag) } })).statusCode).toBe(200);
  });

  it('lets closed history be kept for good, and nothing else', async () => {
    await hear(...Array.from({ length: 13 }, (_, number) => barClosed(number + 1)), runCompleted(0));
    const keeping = async (url: string) => (await api.get(url)).headers['cache-control'];
    expect(await keeping(`/api/analysis/${encodeURIComponent(runIdOf(0))}`)).toBe(
      'public, max-age=31536000, immutable',
    );
    // Thirteen bars follow the first: the twelve newest may still be revised.
    const barsUpTo = (end: string) => keeping(`/api/bars?symbol=EURUSD&tf=15m&to=${end}`);
    expect(await barsUpTo(barAt(2).openAt)).toBe('public, max-age=31536000, immutable');
    expect(await barsUpTo(barAt(2).closeAt)).toBe('no-cache');
    await hear(gapFound(1));
    expect(await barsUpTo(barAt(2).openAt)).toBe('no-cache');
    expect(await barsUpTo(barAt(1).openAt)).toBe('public, max-age=31536000, immutable');
    expect(await keeping('/api/bars?symbol=EURUSD&tf=15m')).toBe('no-cache');
    expect(await keeping('/api/analysis/history?pair=EURUSD')).toBe('no-cache');
  });

  it('lets the latest be kept until the next bar, where its clock is the caller’s', async () => {
    await hear(runCompleted(0));
    const wall = await Api.open(ground.url, { clock: 'wall' });
    const keptAt = async (now: typeof wall.now) => {
      wall.now = now;
      return (await wall.get(LATEST)).headers['cache-control'];
    };
    try {
      expect(await keptAt(barAt(0).closeAt)).toBe('public, max-age=30');
      expect(await keptAt(new Date(Date.parse(barAt(1).closeAt) - 7_500).toISOString() as typeof wall.now)).toBe(
        'public, max-age=7',
      );
      expect(await keptAt(barAt(1).closeAt)).toBe('no-cache');
    } finally {
      await wall.close();
    }
  });

  it('waits until what the caller has seen is applied', async () => {
    const waiting = api.get(`${STATUS}?atLeast=LOG_INGESTION:3`);
    await hear(barClosed(1));
    const answer = await waiting;
    expect([answer.statusCode, answer.headers['log-position']]).toEqual([
      200,
      'LOG_ANALYSIS:0, LOG_ESCALATION:0, LOG_INGESTION:3',
    ]);
  });

  it('says so when that is not applied in time', async () => {
    const answer = await api.get(`${STATUS}?atLeast=LOG_INGESTION:999`);
    expect([answer.statusCode, answer.headers['retry-after'], answer.json<{ code: string }>().code]).toEqual([
      503,
      '1',
      'behind',
    ]);
  });

  it('limits one address without limiting another, and never what looks at the service', async () => {
    const strict = await Api.open(ground.url, { limit: { perMinute: 60, burst: 2 } });
    try {
      const from = (remoteAddress: string) => strict.get(STATUS, { remoteAddress });
      expect((await from('10.0.0.1')).headers).toMatchObject({
        'ratelimit-policy': '"default";q=2;w=2',
        ratelimit: expect.stringMatching(/^"default";r=1;t=\d$/) as unknown,
      });
      await from('10.0.0.1');
      const refused = await from('10.0.0.1');
      expect([refused.statusCode, refused.headers['retry-after'], refused.json<{ code: string }>().code]).toEqual([
        429,
        '1',
        'too-many-requests',
      ]);
      expect((await from('10.0.0.2')).statusCode).toBe(200);
      for (let look = 0; look < 5; look += 1)
        expect((await strict.get('/readyz', { remoteAddress: '10.0.0.1' })).statusCode).not.toBe(429);
    } finally {
      await strict.close();
    }
  });

  it('keeps the words of its own mistakes to itself', async () => {
    await ground.database.query('ALTER TABLE pair_status RENAME TO elsewhere');
    const broken = await api.get(STATUS);
    expect([broken.statusCode, broken.json<{ code: string; detail: string }>()]).toEqual([
      500,
      expect.objectContaining({ code: 'defect', detail: 'Something is broken here.' }),
    ]);
    expect(logged).toHaveLength(1);
  });
});
