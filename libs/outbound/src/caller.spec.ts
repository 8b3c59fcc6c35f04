import { Rejected, Unreachable } from '@tocsin/domain-kit';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallerOptions } from './caller-options.ts';
import { Caller } from './caller.ts';
import { Cancelled } from './cancelled.ts';
import { NoAnswer } from './no-answer.ts';

/** Real sockets, real HTTP: what a caller must survive is what servers really do. */
describe('a caller', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  const serve = async (listener: RequestListener): Promise<string> => {
    const server: Server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  };
  const answering = (status: number, headers: Record<string, string> = {}, body = '') =>
    serve((_, response) => response.writeHead(status, headers).end(body));
  const caller = (options: Partial<CallerOptions> = {}): Caller => {
    const made = new Caller('webhook', { timeoutMs: 2_000, rate: { calls: 100, perMs: 250 }, ...options });
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

  it('sends what it was given, byte for byte, and returns what was answered', async () => {
    const heard: { headers: IncomingMessage['headers']; body: string }[] = [];
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(202, { 'x-receipt': 'r-1' }).end('noted');
      });
    });

    const answer = await caller().post(url, '{"b":1, "a":2}', {
      headers: { 'webhook-id': 'n1' },
      idempotencyKey: 'n1',
    });

    expect(answer).toMatchObject({ status: 202, text: 'noted', isCut: false });
    expect(answer.headers.get('x-receipt')).toBe('r-1');
    expect(heard).toEqual([
      {
        body: '{"b":1, "a":2}',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'webhook-id': 'n1',
          'idempotency-key': 'n1',
        }) as unknown,
      },
    ]);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('takes a %d for something that another try may mend', async (status) => {
    const fault = await noAnswerOf(caller().post(await answering(status), {}));

    expect(fault).toBeInstanceOf(Unreachable);
    expect(fault.reason).toBe(status === 429 ? 'rate-limited' : 'unreachable');
    expect(fault.askedMs).toBeNull();
    expect(fault.remedy.retryAfterMs).toBeGreaterThan(0);
  });

  it.each([400, 401, 403, 404, 410, 422])('takes a %d for a final no', async (status) => {
    const url = await answering(status, { 'content-type': 'application/json' }, '{"error":\n"no such field"}');
    const fault = await faultOf(caller().post(url, {}));

    expect(fault).toBeInstanceOf(Rejected);
    expect(String(fault)).toContain(`webhook answered ${status}: {"error": "no such field"}`);
  });

  it('never says the address, which may be a secret', async () => {
    const url = await answering(404);
    expect(String(await faultOf(caller().post(url, {})))).not.toContain('127.0.0.1');
  });

  it('waits as long as it was asked to, in seconds or until a date', async () => {
    const seconds = await noAnswerOf(caller().post(await answering(429, { 'retry-after': '37' }), {}));
    expect(seconds.askedMs).toBe(37_000);
    expect(seconds.remedy).toEqual({ retryAfterMs: 37_000 });

    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const date = await noAnswerOf(caller().post(await answering(503, { 'retry-after': inAMinute }), {}));
    expect(date.askedMs).toBeGreaterThan(55_000);
    expect(date.askedMs).toBeLessThanOrEqual(60_000);
  });

  it('does not follow a redirect', async () => {
    let visitors = 0;
    const elsewhere = await serve((_, response) => {
      visitors += 1;
      response.end();
    });
    const fault = await faultOf(caller().post(await answering(307, { location: elsewhere }), {}));

    expect(fault).toBeInstanceOf(Rejected);
    expect(visitors).toBe(0);
  });

  it('gives up on a server that accepts and then says nothing', async () => {
    let isGone = false;
    const url = await serve((request) => request.socket.on('close', () => (isGone = true)));
    const fault = await noAnswerOf(caller({ timeoutMs: 100 }).post(url, {}));

    expect(fault.reason).toBe('timeout');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isGone).toBe(true); // Not only no longer waited for: the connection is closed.
  });

  it('gives up on a body that does not end within the deadline', async () => {
    const url = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.writeHead(200).on('close', () => {
        clearInterval(drip);
      });
    });
    expect((await noAnswerOf(caller({ timeoutMs: 150 }).post(url, {}))).reason).toBe('timeout');
  });

  it('reads no more of a body than it has to', async () => {
    const url = await serve((_, response) => {
      const flood = (): void => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', flood);
      };
      response.writeHead(200);
      flood();
    });
    const answer = await caller({ answerBytesMax: 1_000 }).post(url, {});
    expect(answer).toMatchObject({ text: 'x'.repeat(1_000), isCut: true });
  });

  it('takes an answer that was cut off for none', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    });
    expect((await noAnswerOf(caller().post(url, {}))).reason).toBe('unreachable');
  });

  it('takes a refused connection for nobody there', async () => {
    const url = await answering(200);
    for (const close of closers.splice(0)) await close();
    const fault = await noAnswerOf(caller().post(url, {}));
    expect(fault.reason).toBe('unreachable');
    expect(fault.message).toBe('webhook: the connection failed (ECONNREFUSED)');
    expect(fault.cause).toBeDefined();
  });

  it('hands over a page of HTML as what it is, and keeps it out of what it says about a failure', async () => {
    const html = { 'content-type': 'text/html' };
    const answer = await caller().post(await answering(200, html, '<html>Sign in</html>'), {});
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect(answer.text).toBe('<html>Sign in</html>');

    const fault = await noAnswerOf(caller().post(await answering(502, html, '<html>Bad gateway</html>'), {}));
    expect(fault.message).toBe('webhook answered 502');
  });

  it('stops calling a target that keeps failing, tries it once after a while, and goes on when it is well', async () => {
    let status = 500;
    let visits = 0;
    const url = await serve((_, response) => {
      visits += 1;
      response.writeHead(status).end();
    });
    const patient = caller({ breaker: { callsMin: 3, openMs: 150 } });
    const call = (): Promise<unknown> => faultOf(patient.post(url, {}));

    for (let i = 0; i < 3; i += 1) await call();
    expect(patient.stats().breaker).toBe('open');
    const fault = await noAnswerOf(patient.post(url, {}));
    expect(fault.reason).toBe('breaker-open');
    expect(visits).toBe(3);

    expect(await patient.isReady()).toBe(false);
    await until(() => patient.stats().breaker === 'half-open');
    expect(await patient.isReady()).toBe(true);
    await call(); // Still ill: open again after one try.
    expect(visits).toBe(4);
    expect(patient.stats().breaker).toBe('open');

    status = 200;
    await until(() => patient.stats().breaker === 'half-open');
    expect(await call()).toBeUndefined();
    expect(patient.stats()).toMatchObject({
      target: 'webhook',
      breaker: 'closed',
      inFlight: 0,
      waiting: 0,
      outcomes: { answered: 1, unreachable: 4, 'breaker-open': 1, rejected: 0, defect: 0 },
    });
  });

  it('does not take refusals, or being asked to slow down, for illness', async () => {
    const patient = caller({ breaker: { callsMin: 2, openMs: 60_000 } });
    const [no, slower] = [await answering(404), await answering(429)];
    for (let i = 0; i < 4; i += 1) {
      await faultOf(patient.post(no, {}));
      await faultOf(patient.post(slower, {}));
    }
    expect(patient.stats()).toMatchObject({ breaker: 'closed', outcomes: { rejected: 4, 'rate-limited': 4 } });
  });

  it('keeps to its rate: later calls wait for the next window, and beyond that are told to come again', async () => {
    const url = await answering(200);
    const slow = caller({ rate: { calls: 2, perMs: 500 } });

    expect(await slow.isReady()).toBe(true);
    const calls = Array.from({ length: 5 }, () => faultOf(slow.post(url, {})));
    const outcomes = await Promise.all(calls);
    expect(await slow.isReady()).toBe(false);

    expect(outcomes.filter((fault) => fault === undefined)).toHaveLength(4);
    const refused = outcomes.filter((fault) => fault instanceof NoAnswer);
    expect(refused.map(({ reason, remedy }) => [reason, remedy.retryAfterMs])).toEqual([['rate-limited', 500]]);
  });

  it('guards any other kind of call too, and lets go at the deadline even of one that does not listen', async () => {
    const guard = caller({ timeoutMs: 50 });
    await expect(guard.run(() => Promise.resolve(7))).resolves.toBe(7);
    expect((await noAnswerOf(guard.run(() => new Promise(() => undefined)))).reason).toBe('timeout');
  });

  it('hangs up when it is told to stop, and holds that against nobody', async () => {
    let hungUp = false;
    const url = await serve((request) => {
      request.socket.on('close', () => (hungUp = true));
      stop.abort('drained');
    });
    const stop = new AbortController();
    const patient = caller({ breaker: { callsMin: 1, openMs: 60_000 } });

    const fault = await faultOf(patient.post(url, {}, { signal: stop.signal }));
    expect(fault).toBeInstanceOf(Cancelled);
    expect(fault).toHaveProperty('cause', 'drained');
    await until(() => hungUp);
    expect(patient.stats()).toMatchObject({ breaker: 'closed', inFlight: 0, outcomes: { cancelled: 1, defect: 0 } });

    hungUp = false;
    expect(await faultOf(patient.post(url, {}, { signal: stop.signal }))).toBeInstanceOf(Cancelled);
    expect(hungUp).toBe(false); // Nothing was sent any more.
  });

  it('leaves a target alone for another while when the call that tries it is stopped', async () => {
    const ill = await answering(500);
    const stop = new AbortController();
    const silent = await serve(() => {
      stop.abort();
    });
    const patient = caller({ breaker: { callsMin: 1, openMs: 20 } });
    await faultOf(patient.post(ill, {}));
    await until(() => patient.stats().breaker === 'half-open');

    await faultOf(patient.post(silent, {}, { signal: stop.signal }));
    expect(patient.stats().breaker).not.toBe('closed');
    expect((await noAnswerOf(patient.post(ill, {}))).reason).toMatch(/^breaker-open$|^unreachable$/);
  });

  it('keeps what it sent in secret out of what a target says about it', async () => {
    const url = await answering(401, { 'content-type': 'application/json' }, '{"error":"no such key: sk-123456"}');
    const fault = await faultOf(caller().post(url, {}, { secrets: ['sk-123456'] }));
    expect(fault).toHaveProperty('message', 'webhook answered 401: {"error":"no such key: [secret]"}');
    expect(fault).toHaveProperty('reply.excerpt', '{"error":"no such key: [secret]"}');
  });

  it('passes a bug of ours on as it is, and does not hold it against the target', async () => {
    const guard = caller({ breaker: { callsMin: 1, openMs: 60_000 } });
    const bug = new TypeError('ours');
    expect(await faultOf(guard.run(() => Promise.reject(bug)))).toBe(bug);
    expect(guard.stats()).toMatchObject({ breaker: 'closed', outcomes: { defect: 1 } });
  });
});

async function until(truth: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!truth()) {
    if (Date.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
