import { Caller, type CallerOptions } from '@tocsin/outbound';
import type { CandidateBar } from '../src/domain/candidate-bar.ts';
import type { Failure } from '../src/domain/feed.commands.ts';
import type { AdapterKind, BarAdapter, BarsAsked } from '../src/outbound/providers/adapter.ts';
import { ProviderServer, type HeardRequest, type ScriptedAnswer } from './provider-server.ts';

/** What one provider documents, and what is expected of its adapter. */
export type AdapterExample = {
  readonly kind: AdapterKind;
  readonly name: string;
  readonly key?: string;
  readonly asked: BarsAsked;
  /** The one request that is sent for `asked`; of its headers those that are named. */
  readonly request: HeardRequest;
  /** As documented, in the provider's order: the bars that were asked for, and one that is still going on. */
  readonly documented: ScriptedAnswer;
  readonly bars: readonly CandidateBar[];
  /** What it costs, in the provider's units. */
  readonly cost: number;
  readonly quotaLeft: number | null;
  readonly requestId: string | null;
  /** An answer without any complete bar. */
  readonly empty: ScriptedAnswer;
  /**
   * What the provider says to a symbol that it does not know, with a word of its own that a person should read; without
   * one where it says no more than that there are no bars.
   */
  readonly unknownSymbol: { readonly answer: ScriptedAnswer; readonly word?: string };
  /** A no that comes with status 200, by its sort. */
  readonly complaints: readonly (readonly [Failure['errorCode'], ScriptedAnswer])[];
};

/** An adapter on a server of its own, and what was heard there. */
export type AdapterGround = {
  readonly server: ProviderServer;
  readonly adapter: (options?: Partial<CallerOptions>) => BarAdapter;
};

/** Opens a server before all tests of the surrounding `describe`, and clears its script after each. */
export function adapterGround(kind: AdapterKind, key: string | null = null): () => AdapterGround {
  let server: ProviderServer | undefined;
  const callers: Caller[] = [];
  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  afterEach(async () => {
    server?.clear();
    for (const caller of callers.splice(0)) await caller.close();
  });
  afterAll(() => server?.close());
  return () => {
    const ground = server;
    if (ground === undefined) throw new Error('there is a ground within tests only');
    return {
      server: ground,
      adapter: (options = {}) => {
        const rate = { calls: 100, perMs: 250 };
        const caller = new Caller('provider', { timeoutMs: 10_000, answerBytesMax: 4_000_000, rate, ...options });
        callers.push(caller);
        return kind.make({ caller, url: ground.url, key });
      },
    };
  };
}

/** What every adapter must stand, whoever its provider is. */
export function standsWhatProvidersDo(example: AdapterExample): void {
  const { kind, name, key = null, asked } = example;
  const ground = adapterGround(kind, key);

  const answered = async (answer: ScriptedAnswer, options: Partial<CallerOptions> = {}) => {
    const { server, adapter } = ground();
    server.willAnswer(answer);
    return (await adapter(options).fetchBars(asked)).answer;
  };
  const failureAfter = async (answer: ScriptedAnswer, options: Partial<CallerOptions> = {}): Promise<Failure> => {
    const came = await answered(answer, options);
    if (came.kind !== 'failure') throw new Error(`expected a failure, got ${JSON.stringify(came)}`);
    expect(came.failure.message).not.toContain('127.0.0.1');
    if (key !== null) expect(came.failure.message).not.toContain(key);
    return came.failure;
  };
  const says = (words: string): object => ({ message: words, msg: words, error: words });

  it('asks as documented, and tells the complete bars digit for digit, oldest first', async () => {
    const { server, adapter } = ground();
    server.willAnswer(example.documented);
    const fetched = await adapter().fetchBars(asked);

    expect(fetched.answer).toEqual({ kind: 'bars', bars: example.bars });
    expect(fetched).toMatchObject({
      cost: example.cost,
      quotaLeft: example.quotaLeft,
      requestId: example.requestId,
      providerTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/) as unknown,
    });
    const requests = server.takeRequests();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ path: example.request.path, headers: example.request.headers });
    expect(requests[0]?.query).toEqual(example.request.query);
  });

  it('bears the name of its kind', () => {
    const { adapter } = ground();
    expect(adapter()).toMatchObject({ name, timeframes: kind.timeframes });
    expect(kind.timeframes.has(asked.timeframe)).toBe(true);
  });

  it('tells that there is no bar yet', async () => {
    expect(await answered(example.empty)).toEqual({ kind: 'bars', bars: [] });
  });

  it('T-49 takes a page of HTML with status 200 for garbage', async () => {
    const page = '<!doctype html><html><title>Just a moment…</title></html>';
    expect(await answered({ headers: { 'content-type': 'text/html' }, body: page })).toEqual({
      kind: 'garbage',
      body: page,
    });
  });

  it.each(['', 'null', '"bars"', '{}', '{"bars":'])('takes %j with status 200 for garbage', async (body) => {
    expect(await answered({ body })).toEqual({ kind: 'garbage', body });
  });

  it('hands on the beginning of garbage only', async () => {
    expect(await answered({ body: `<html>${'x'.repeat(5_000)}` })).toEqual({
      kind: 'garbage',
      body: `<html>${'x'.repeat(1_994)}`,
    });
  });

  const { answer: unknown, word } = example.unknownSymbol;
  if (word === undefined) {
    it('has no bars of a symbol that the provider does not know', async () => {
      expect(await answered(unknown)).toEqual({ kind: 'bars', bars: [] });
    });
  } else {
    it('hands on what the provider says to a symbol that it does not know', async () => {
      const failure = await failureAfter(unknown);
      expect(failure).toMatchObject({ failureSource: 'provider', errorCode: 'REFUSED', retryAfterMs: null });
      expect(failure.message).toContain(word);
    });
  }

  for (const [errorCode, answer] of example.complaints) {
    it(`takes a no with status 200 for ${errorCode} (${JSON.stringify(answer)})`, async () => {
      expect(await failureAfter(answer)).toMatchObject({ failureSource: 'provider', errorCode });
    });
  }

  it.each([400, 401, 403, 404, 451])('takes a %d for a refusal, in the words of the provider', async (status) => {
    const failure = await failureAfter({ status, body: says(`not for you: ${key ?? 'nobody'}`) });
    expect(failure).toMatchObject({ failureSource: 'provider', errorCode: 'REFUSED', retryAfterMs: null });
    expect(failure.message).toMatch(new RegExp(`answered ${status}: not for you: `));
  });

  if (key !== null) {
    it.each([200, 401, 500])('never repeats the key that a %d repeats, however that spells it', async (status) => {
      const spelled = Array.from(key, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
      const words = ['message', 'error', 'errorMessage', 'Error Message'].map((name) => `"${name}":"no ${spelled}"`);
      const answer = await answered({ status, body: `{"status":"ERROR","code":401,${words.join(',')}}` });
      expect(JSON.stringify(answer)).not.toContain(key);
    });
  }

  it.each([
    [429, { 'retry-after': '37' }, 37_000],
    [429, {}, null],
    [418, { 'retry-after': '120' }, 120_000],
  ])('slows down at a %d with %j', async (status, headers, retryAfterMs) => {
    const failure = await failureAfter({ status, headers, body: says('too fast') });
    expect(failure).toMatchObject({ failureSource: 'provider', errorCode: 'RATE_LIMITED', retryAfterMs });
    expect(failure.message).toContain('too fast');
  });

  it.each([500, 503, 504])('takes a %d for trouble of the provider', async (status) => {
    const failure = await failureAfter({ status, headers: { 'content-type': 'text/html' }, body: '<html>Oops</html>' });
    expect(failure).toEqual({
      failureSource: 'provider',
      errorCode: 'PROVIDER_ERROR',
      message: `provider answered ${status}`,
      retryAfterMs: null,
    });
  });

  const networkError = { failureSource: 'network_error', errorCode: 'NETWORK_ERROR' };

  it('does not wait longer than its deadline', async () => {
    const failure = await failureAfter({ never: true }, { timeoutMs: 100 });
    expect(failure).toMatchObject(networkError);
    expect(failure.message).toBe('provider did not answer within 100 ms');
  });

  it('takes an answer that was cut off, or is longer than we read, for none', async () => {
    expect(await failureAfter({ ...example.documented, isCutOff: true })).toMatchObject(networkError);
    expect(await failureAfter(example.documented, { answerBytesMax: 20 })).toMatchObject(networkError);
  });

  it('does not ask for what the provider does not have', async () => {
    const { server, adapter } = ground();
    const made = adapter();
    const none = (['1m', '5m', '15m', '30m', '1h', '4h', '1d'] as const).filter((one) => !kind.timeframes.has(one));
    for (const timeframe of none) {
      const { answer } = await made.fetchBars({ ...asked, timeframe });
      expect(answer).toMatchObject({ kind: 'failure', failure: { errorCode: 'REFUSED' } });
    }
    expect(server.takeRequests()).toEqual([]);
  });

  it('pays nothing for what was not sent', async () => {
    const { server, adapter } = ground();
    const made = adapter({ requestsPerDay: 1 });
    server.willAnswer(example.documented);
    expect((await made.fetchBars(asked)).cost).toBe(example.cost);
    const { answer, cost } = await made.fetchBars(asked);
    expect(cost).toBe(0);
    if (answer.kind !== 'failure') throw new Error('expected a failure');
    expect(answer.failure).toMatchObject({ errorCode: 'RATE_LIMITED', message: "provider: today's calls are used up" });
    expect(answer.failure.retryAfterMs).toBeGreaterThan(0);
    expect(server.takeRequests()).toHaveLength(1);
  });
}
