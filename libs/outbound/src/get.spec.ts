import { Rejected } from '@tocsin/domain-kit';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BreakerChange } from './breaker.ts';
import type { CallerOptions } from './caller-options.ts';
import { Caller } from './caller.ts';
import { NoAnswer } from './no-answer.ts';
import { Refused, withoutSecrets } from './reply.ts';

const KEY = 's3cret/key+=';

/** Real sockets, real HTTP, as everywhere here. What `get` has in common with `post` is told beside the caller. */
describe('a question', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  let visits: IncomingMessage[] = [];
  beforeEach(() => (visits = []));
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer((request, response) => {
      visits.push(request);
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/bars?key=${encodeURIComponent(KEY)}`;
  };
  const answering = (status: number, headers: Record<string, string> = {}, body = ''): Promise<string> =>
    serve((_, response) => response.writeHead(status, headers).end(body));
  const caller = (options: Partial<CallerOptions> = {}): Caller => {
    const made = new Caller('kraken', { timeoutMs: 2_000, rate: { calls: 100, perMs: 250 }, ...options });
    closers.push(() => made.close());
    return made;
  };
  const faultOf = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (fault: unknown) => fault,
    );
  const noAnswerOf = async (call: Promise<unknown>): Promise<NoAnswer> => {
    const fault = await faultOf(call);
    if (!(fault instanceof NoAnswer)) throw new Error(`expected no answer, got ${String(fault)}`);
    return fault;
  };

  it('is asked with the headers that it was given, and returns what was answered', async () => {
    const url = await answering(200, { 'x-mbx-used-weight-1m': '12' }, '[[1]]');
    const answer = await caller().get(url, { headers: { authorization: `Bearer ${KEY}` } });

    expect(answer).toMatchObject({ status: 200, text: '[[1]]', isCut: false });
    expect(answer.headers.get('x-mbx-used-weight-1m')).toBe('12');
    expect(visits).toMatchObject([
      { method: 'GET', headers: { authorization: `Bearer ${KEY}`, 'user-agent': 'tocsin' } },
    ]);
    expect(visits[0]?.headers).not.toHaveProperty('content-length');
  });

  it('that is answered with more than we read says so', async () => {
    const answer = await caller({ answerBytesMax: 4 }).get(await answering(200, {}, '[1,2,3]'));
    expect(answer).toMatchObject({ text: '[1,2', isCut: true });
  });

  it('that is refused comes back with what the target told, and without what it was sent', async () => {
    const body = `{"error":"Unknown key ${KEY} for /bars?key=${encodeURIComponent(KEY)}"}`;
    const url = await answering(401, { 'ratelimit-remaining': '7', 'set-cookie': 'a=b', 'x-request-id': 'r-1' }, body);
    const fault = await faultOf(caller().get(url, { secrets: [KEY] }));

    if (!(fault instanceof Refused)) throw new Error(`expected a refusal, got ${String(fault)}`);
    expect(fault).toBeInstanceOf(Rejected);
    expect(fault.message).toBe('kraken answered 401');
    expect(fault.reply).toEqual({
      status: 401,
      headers: { date: expect.any(String) as unknown, 'ratelimit-remaining': '7', 'x-request-id': 'r-1' },
      excerpt: '{"error":"Unknown key [secret] for /bars?key=[secret]"}',
    });
  });

  it('keeps the beginning of a long explanation, and no half of a secret at its end', async () => {
    const page = `${'x'.repeat(1_995)}${KEY}`;
    const fault = await faultOf(caller().get(await answering(500, {}, page), { secrets: [KEY] }));
    expect(fault instanceof NoAnswer ? fault.reply?.excerpt : '').toBe(`${'x'.repeat(1_995)}[secr`);
  });

  it.each([418, 429])(
    'that is answered with a %d is not asked again before the time that was named',
    async (status) => {
      const url = await answering(status, { 'retry-after': '120' }, '{"code":-1003}');
      const asker = caller();
      const fault = await noAnswerOf(asker.get(url));
      expect(fault).toMatchObject({
        reason: 'rate-limited',
        askedMs: 120_000,
        reply: { status, excerpt: '{"code":-1003}', headers: { 'retry-after': '120' } },
      });

      const second = await noAnswerOf(asker.get(url));
      expect(second).toMatchObject({
        reason: 'rate-limited',
        reply: null,
        message: 'kraken asked to be left alone for a while',
      });
      expect(second.remedy.retryAfterMs).toBeGreaterThan(118_000);
      expect(visits).toHaveLength(1);
      expect(await asker.isReady()).toBe(false);
      expect(asker.stats()).toMatchObject({ breaker: 'closed', outcomes: { 'rate-limited': 2 } });
    },
  );

  it('that waited for the rate limit is not asked either, when another one was told to slow down meanwhile', async () => {
    const url = await answering(429, { 'retry-after': '60' });
    const asker = caller({ rate: { calls: 1, perMs: 250 } });
    const faults = await Promise.all([noAnswerOf(asker.get(url)), noAnswerOf(asker.get(url))]);
    expect(faults.map(({ reply }) => reply?.status)).toEqual([429, undefined]);
    expect(visits).toHaveLength(1);
  });

  it('that we hold back is no trial of the target', async () => {
    const asker = caller({ breaker: { callsMin: 1, openMs: 50 } });
    const url = await answering(429, { 'retry-after': '60' });
    await noAnswerOf(asker.get(url));
    await asker.run(() => Promise.reject(new NoAnswer('unreachable', 'down'))).catch(String);
    await asker.run(() => Promise.reject(new NoAnswer('unreachable', 'down'))).catch(String);
    await until(() => asker.stats().breaker === 'half-open');

    expect((await noAnswerOf(asker.get(url))).reason).toBe('rate-limited');
    expect(asker.stats().breaker).toBe('half-open');
  });

  it('takes a status for a matter of the moment where this target means it so', async () => {
    const url = await answering(403, {}, 'slow down');
    expect(await faultOf(caller().get(url))).toBeInstanceOf(Refused);
    expect(await noAnswerOf(caller().get(url, { tryAgainAt: [403] }))).toMatchObject({ reason: 'unreachable' });
  });

  it('keeps to the budget of the day', async () => {
    const url = await answering(404);
    const asker = caller({ requestsPerDay: 2 });
    expect(asker.stats().quotaLeft).toBe(2);
    await faultOf(asker.get(url));
    await faultOf(asker.get(url));
    expect(asker.stats().quotaLeft).toBe(0);

    const fault = await noAnswerOf(asker.get(url));
    expect(fault).toMatchObject({ reason: 'rate-limited', message: "kraken: today's calls are used up", reply: null });
    expect(fault.remedy.retryAfterMs).toBeLessThanOrEqual(86_400_000);
    expect(visits).toHaveLength(2);
    expect(await asker.isReady()).toBe(false);
    expect(caller().stats().quotaLeft).toBeNull();
  });

  it('never says an address, not even one that is none', async () => {
    const fault = await faultOf(caller().get(`http//no-address?key=${KEY}`));
    expect(fault).toBeInstanceOf(TypeError);
    expect(`${String(fault)}${JSON.stringify(fault)}`).not.toContain('address?');
  });
});

describe('the transitions of a breaker', () => {
  it('are told with what led to them', async () => {
    const told: BreakerChange[] = [];
    const asker = new Caller('kraken', { timeoutMs: 1_000, breaker: { callsMin: 3, openMs: 50 } });
    const stop = asker.onBreaker((change) => told.push(change));
    const fail = (): Promise<unknown> =>
      asker.run(() => Promise.reject(new NoAnswer('unreachable', 'down'))).catch(String);

    await asker.run(() => Promise.resolve(1));
    for (let i = 0; i < 2; i += 1) await fail();
    expect(told).toEqual([{ state: 'open', answered: 1, failed: 2, openMs: 50 }]);
    await until(() => asker.stats().breaker === 'half-open');
    await asker.run(() => Promise.resolve(1));
    expect(told.slice(1)).toEqual([
      { state: 'half-open', answered: 1, failed: 2, openMs: 50 },
      { state: 'closed', answered: 2, failed: 2, openMs: 50 },
    ]);

    stop();
    for (let i = 0; i < 3; i += 1) await fail();
    expect(told).toHaveLength(3);
    await asker.close();
  });

  it('do not wait for ever for a trial that is lost', async () => {
    const told: string[] = [];
    const asker = new Caller('kraken', { timeoutMs: 1_000, breaker: { callsMin: 1, openMs: 40, probeMs: 60 } });
    asker.onBreaker(({ state, failed }) => told.push(`${state} ${failed}`));
    await asker.run(() => Promise.reject(new NoAnswer('unreachable', 'down'))).catch(String);
    await until(() => asker.stats().breaker === 'half-open');

    // A probe whose own deadline is far away: without a watchdog, no call would be let through until then.
    let find: (value: unknown) => void = () => undefined;
    const lost = asker.run(() => new Promise((resolve) => (find = resolve)), 60_000);
    await until(() => told.length === 4);
    expect(told).toEqual(['open 1', 'half-open 1', 'open 2', 'half-open 1']);

    expect(await asker.run(() => Promise.resolve('well'))).toBe('well');
    expect(told.at(-1)).toBe('closed 1');
    find('late');
    expect(await lost).toBe('late');
    await asker.close();
  });

  it('leave one that nobody tries half open, however long', async () => {
    const told: string[] = [];
    const asker = new Caller('kraken', { timeoutMs: 1_000, breaker: { callsMin: 1, openMs: 20, probeMs: 20 } });
    asker.onBreaker(({ state }) => told.push(state));
    await asker.run(() => Promise.reject(new NoAnswer('unreachable', 'down'))).catch(String);
    await until(() => told.length === 2);
    const patienceEndsAtMs = performance.now() + 100;
    await until(() => performance.now() > patienceEndsAtMs);
    expect(told).toEqual(['open', 'half-open']);
    await asker.close();
  });
});

describe('words without their secrets', () => {
  it.each([
    ['key=abcd&x=1', ['abcd'], 'key=[secret]&x=1'],
    ['key=a%2Fb%2Bc and a/b+c', ['a/b+c'], 'key=[secret] and [secret]'],
    ['the cat', ['', 'a', 'cat'], 'the cat'], // Too short to be one.
    ['nothing', [], 'nothing'],
  ])('%j without %j are %j', (text, secrets, clean) => {
    expect(withoutSecrets(text, secrets)).toBe(clean);
  });
});

async function until(truth: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!truth()) {
    if (Date.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
