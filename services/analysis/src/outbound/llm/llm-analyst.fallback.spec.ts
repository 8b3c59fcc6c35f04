import { AnalystGround, TIMEOUT_MS } from '../../../test/analyst-ground.ts';
import { answering, completion, SILENCE, type LlmServer } from '../../../test/llm-server.ts';
import type { ChatModelOptions } from './chat-model.ts';

describe('the LLM analyst with a fallback', () => {
  let ground: AnalystGround;
  let server: LlmServer;

  beforeAll(async () => {
    ground = await AnalystGround.open();
    server = ground.server;
  });
  afterEach(() => ground.clear());
  afterAll(() => ground.close());

  const ask: AnalystGround['ask'] = (...options) => ground.ask(...options);
  const both = (difference: Partial<ChatModelOptions> = {}) =>
    ground.analyst(ground.model('primary', difference), ground.model('fallback'));

  it('does not ask it while the intended model answers', async () => {
    server.willAnswer('primary', answering());
    server.willAnswer('fallback', answering());
    await ask(both());
    expect(server.asked).toEqual(['primary']);
  });

  it.each([
    ['is too slow', SILENCE, 'timeout'],
    ['is down', { status: 500, body: {} }, 'unreachable'],
    ['is asked too much', { status: 429, body: {} }, 'rate-limited'],
    ['is not known', { status: 404, body: {} }, 'request-refused'],
    ['will not talk about it', completion('', { finish_reason: 'content_filter' }), 'content-refused'],
    ['answers with garbage', completion('?'), 'bad-output'],
    ['answers with a confidence of -5', answering({ confidence: -5 }), 'bad-output'],
  ] as const)('asks it the same when the intended model %s, and says so', async (_what, reply, reason) => {
    server.willAnswer('primary', reply);
    server.willAnswer('fallback', answering());
    const outcome = await ask(both({ timeoutMs: reply === SILENCE ? 60 : TIMEOUT_MS }));

    expect(outcome).toMatchObject({
      outcome: 'answered',
      confidence: 0.85, // Raw: what a fallback's word is worth is the method's to say.
      model: 'fallback',
      fallbackUsed: true,
      degradedInference: true,
      degradationReason: 'fallback_model_used',
      attempts: [
        { model: 'primary', failure: { reason } },
        { model: 'fallback', failure: null },
      ],
    });
    const [first, second] = server.questions;
    expect(second?.body).toEqual({ ...first?.body, model: 'fallback' });
  });

  it('fails with what the fallback failed with, and tells both', async () => {
    server.willAnswer('primary', SILENCE);
    server.willAnswer('fallback', answering({ signal: 'buy' }));
    expect(await ask(both({ timeoutMs: 60 }))).toMatchObject({
      outcome: 'failed',
      reason: 'bad-output',
      failureSource: 'bad_output',
      attempts: [{ failure: { reason: 'timeout' } }, { failure: { reason: 'bad-output' } }],
    });
  });

  it('goes to it at once while the breaker of the intended model is open', async () => {
    server.willAnswer('primary', { status: 500, body: {} });
    server.willAnswer('fallback', answering());
    const analyst = both({ breaker: { callsMin: 2, openMs: 60_000 } });
    for (let times = 0; times < 3; times += 1) await ask(analyst);
    expect(server.asked).toEqual(['primary', 'fallback', 'primary', 'fallback', 'fallback']);

    const outcome = await ask(analyst);
    expect(outcome.attempts[0]).toMatchObject({ model: 'primary', failure: { reason: 'breaker-open' } });
    expect(analyst.stats().map(({ breaker }) => breaker)).toEqual(['open', 'closed']);
  });

  it('goes to it when the day’s questions to the intended model are used up', async () => {
    server.willAnswer('primary', answering());
    server.willAnswer('fallback', answering());
    const analyst = both({ requestsPerDay: 1 });
    await ask(analyst);
    expect(await ask(analyst)).toMatchObject({
      fallbackUsed: true,
      attempts: [{ failure: { reason: 'rate-limited' } }, { failure: null }],
    });
  });
});
