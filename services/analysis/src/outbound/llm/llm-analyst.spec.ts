import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { AnalystGround, KEY, NEVER, TIMEOUT_MS } from '../../../test/analyst-ground.ts';
import { analystInput, headlines } from '../../../test/analyst-input.ts';
import { answering, completion, GOOD_ANSWER, LlmServer, SILENCE, type LlmReply } from '../../../test/llm-server.ts';
import type { AnalystAnswer, AnalystFailure } from '../../domain/analyst/analyst.ts';
import { promptFor } from '../../domain/analyst/prompt.ts';
import { registerAnalystMetrics } from './analyst-metrics.ts';
import type { ChatModelOptions } from './chat-model.ts';

/** A real server that speaks the protocol: what a client must survive is what endpoints really do. */
describe('the LLM analyst', () => {
  let ground: AnalystGround;
  let server: LlmServer;

  beforeAll(async () => {
    ground = await AnalystGround.open();
    server = ground.server;
  });
  afterEach(() => ground.clear());
  afterAll(() => ground.close());

  const model: AnalystGround['model'] = (...options) => ground.model(...options);
  const analystOf: AnalystGround['analyst'] = (...options) => ground.analyst(...options);
  const ask: AnalystGround['ask'] = (...options) => ground.ask(...options);
  const failing = async (reply: LlmReply | typeof SILENCE, difference: Partial<ChatModelOptions> = {}) => {
    server.willAnswer('primary', reply);
    const outcome = await ask(analystOf(model('primary', difference)));
    expect(outcome.outcome).toBe('failed');
    return outcome as AnalystFailure;
  };

  it('answers with the opinion of the model, and tells where it came from', async () => {
    server.willAnswer('primary', answering());
    const outcome = await ask(analystOf(model('primary')));

    const rawContentDigest = createHash('sha256').update(JSON.stringify(GOOD_ANSWER)).digest('hex');
    const latencyMs = expect.any(Number) as number;
    expect(outcome).toEqual<AnalystAnswer>({
      outcome: 'answered',
      signal: 'SELL',
      confidence: 0.85,
      riskScore: 0.3,
      reasoning: 'The close broke the lowest of twenty bars.',
      wyckoffPhase: 'markdown',
      model: 'primary',
      fallbackUsed: false,
      degradedInference: false,
      degradationReason: null,
      rawContentDigest,
      latencyMs,
      attempts: [
        { model: 'primary', failure: null, rawContentDigest, latencyMs, tokens: { prompt: 1_812, completion: 64 } },
      ],
      leftOut: [{ tier: 'may', section: 'bars, oldest' }],
    });
  });

  it('asks as the protocol says: the prompt, temperature 0, the schema of the answer, the key as a bearer token', async () => {
    server.willAnswer('primary', answering());
    await ask(analystOf(model('primary')));

    const prompt = promptFor(analystInput(), 6_000);
    if ('refused' in prompt) throw new Error(prompt.because);
    expect(server.questions).toEqual([
      {
        path: '/v1/chat/completions',
        headers: expect.objectContaining({
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
        }) as object,
        body: {
          model: 'primary',
          temperature: 0,
          messages: [
            { role: 'system', content: prompt.system },
            { role: 'user', content: prompt.user },
          ],
          response_format: expect.objectContaining({ type: 'json_schema' }) as object,
        },
        isAbandoned: false,
      },
    ]);
  });

  it('keeps a query of its endpoint, and sends no key where there is none', async () => {
    server.willAnswer('primary', answering());
    await ask(analystOf(model('primary', { url: `${server.url}/?api-version=2024-10-21`, key: null })));
    expect(server.questions[0]?.path).toBe('/v1/chat/completions?api-version=2024-10-21');
    expect(server.questions[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['garbage', completion('𝔱𝔥𝔢 market \u0000 goes ]}{'), 'bad-output', 'content'],
    ['half of its JSON', completion(JSON.stringify(GOOD_ANSWER).slice(0, 60)), 'bad-output', 'content'],
    ['prose around it', completion(`Sure! ${JSON.stringify(GOOD_ANSWER)}`), 'bad-output', 'content'],
    ['a confidence of -5', answering({ confidence: -5 }), 'bad-output', 'confidence'],
    ['a signal that is none', answering({ signal: 'buy' }), 'bad-output', 'signal'],
    ['a risk in per cent', answering({ riskScore: 30 }), 'bad-output', 'riskScore'],
    ['a phase that is none', answering({ wyckoffPhase: 'E' }), 'bad-output', 'wyckoffPhase'],
    ['nothing', completion(''), 'bad-output', 'said nothing'],
    ['no content', completion(null), 'bad-output', 'said nothing'],
    ['no choice at all', { body: { object: 'chat.completion', choices: [] } }, 'bad-output', 'said nothing'],
    [
      'a refusal',
      completion(null, { message: { role: 'assistant', content: null, refusal: 'I give no advice.' } }),
      'content-refused',
      'I give no advice.',
    ],
    ['what a filter left of it', completion('{"sig', { finish_reason: 'content_filter' }), 'content-refused', 'filter'],
    ['what there was room for', completion('{"signal":"BU', { finish_reason: 'length' }), 'answer-cut', 'longest'],
    ['no end', completion('a'.repeat(600_000)), 'answer-cut', 'longer than'],
  ] as const)('calls it a bad output when a model answers with %s', async (_what, reply, reason, told) => {
    const outcome = await failing(reply);
    expect(outcome).toMatchObject({ reason, failureSource: 'bad_output', retryAfterMs: null });
    expect(outcome.message).toContain(told);
    expect(outcome.message).toMatch(/primary/);
  });

  it('keeps the digest of a bad answer, and what it cost', async () => {
    const { attempts } = await failing(completion('no'));
    const rawContentDigest = createHash('sha256').update('no').digest('hex');
    expect(attempts).toMatchObject([{ rawContentDigest, tokens: { prompt: 1_812, completion: 64 } }]);
  });

  it.each([
    ['a page of HTML', { body: '<html><body>Sign in to the network</body></html>' }],
    ['some other JSON', { body: { hello: 'world' } }],
    ['an error with status 200', { body: { error: { message: 'upstream is overloaded', code: 502 } } }],
    ['a 500', { status: 500, body: { error: { message: 'internal' } } }],
    ['a 503 of a proxy', { status: 503, body: '<html>Bad gateway</html>' }],
    ['half an answer, and hangs up', { ...answering(), isCutOff: true }],
  ] as const)('calls it the network when an endpoint answers with %s', async (_what, reply) => {
    expect(await failing(reply)).toMatchObject({ reason: 'unreachable', failureSource: 'network_error' });
  });

  it('calls it the network when nobody is there', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));

    const outcome = await failing(answering(), { url: `http://127.0.0.1:${port}/v1` });
    expect(outcome).toMatchObject({ reason: 'unreachable', failureSource: 'network_error' });
    expect(outcome.message).not.toContain(String(port));
  });

  it('waits no longer than its deadline, which is nobody’s crash', async () => {
    const outcome = await failing(SILENCE, { timeoutMs: 60 });
    expect(outcome).toMatchObject({ reason: 'timeout', failureSource: 'sovereign_timeout' });
    expect(outcome.latencyMs).toBeLessThan(TIMEOUT_MS);
  });

  it('hands on for how long it was asked to wait', async () => {
    const asked = await failing({
      status: 429,
      headers: { 'retry-after': '17' },
      body: { error: { message: 'slow' } },
    });
    expect(asked).toMatchObject({ reason: 'rate-limited', failureSource: 'capacity', retryAfterMs: 17_000 });
    const inside = await failing({ body: { error: { message: 'slow', code: 429 } } });
    expect(inside).toMatchObject({ reason: 'rate-limited', failureSource: 'capacity' });
  });

  it.each([
    [401, `Incorrect API key provided: ${KEY}.`],
    [404, 'The model primary does not exist.'],
    [400, "'maxLength' is not permitted."],
  ])('calls a %d ours, and never repeats the key', async (status, message) => {
    const outcome = await failing({ status, body: { error: { message } } });
    expect(outcome).toMatchObject({ reason: 'request-refused', failureSource: 'agent_crash', retryAfterMs: null });
    expect(outcome.message).toContain(`the model primary answered ${status}`);
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  });

  it('shows how each model is doing, and the tokens that were paid for, those of bad answers too', async () => {
    server.willAnswer('primary', answering(), completion('no'));
    server.willAnswer('fallback', answering());
    const analyst = analystOf(model('primary'), model('fallback'));
    await ask(analyst);
    await ask(analyst);

    const registry = new Registry();
    registerAnalystMetrics(registry, () => analyst.stats());
    await registry.metrics();
    const shown = await registry.metrics(); // Read twice, counted once.
    for (const line of [
      'tocsin_circuit_breaker_state{target="the model primary"} 0',
      'tocsin_analyst_calls_total{target="the model primary",outcome="answered"} 2',
      'tocsin_analyst_calls_total{target="the model fallback",outcome="answered"} 1',
      'tocsin_analyst_tokens_total{target="the model primary",kind="prompt"} 3624',
      'tocsin_analyst_tokens_total{target="the model primary",kind="completion"} 128',
    ]) {
      expect(shown).toContain(line);
    }
  });

  it('stops when it is told to: hangs up, and asks no other', async () => {
    server.willAnswer('primary', SILENCE);
    server.willAnswer('fallback', answering());
    const stop = new AbortController();
    const analysis = ask(analystOf(model('primary'), model('fallback')), stop.signal);
    await until(() => server.questions.length === 1);
    stop.abort();

    expect(await analysis).toMatchObject({ outcome: 'failed', reason: 'cancelled', failureSource: 'unknown' });
    await until(() => server.questions[0]?.isAbandoned === true);
    expect(server.asked).toEqual(['primary']);
    expect(await ask(analystOf(model('primary')), stop.signal)).toMatchObject({ reason: 'cancelled' });
    expect(server.questions).toHaveLength(1);
  });

  it('asks nobody when what must be said does not fit, and says what did', async () => {
    const outcome = await analystOf(model('primary'), null, 1_000).analyse(analystInput(), NEVER);
    expect(outcome).toMatchObject({ reason: 'context-too-large', failureSource: 'capacity', attempts: [] });
    expect(server.questions).toEqual([]);

    server.willAnswer('primary', answering());
    const input = analystInput({ headlines: headlines(20) });
    const { leftOut } = await analystOf(model('primary'), null, 3_000).analyse(input, NEVER);
    expect(leftOut).toEqual([
      { tier: 'may', section: 'bars, oldest' },
      { tier: 'should', section: 'bars, older' },
      { tier: 'may', section: 'headlines, older' },
    ]);
  });
});

async function until(truth: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!truth()) {
    if (Date.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
