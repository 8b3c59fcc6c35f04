import { instant } from '@tocsin/domain-kit';
import { Caller } from '@tocsin/outbound';
import { ProviderServer, type ScriptedAnswer } from '../../../test/provider-server.ts';
import type { Known, Observed } from './observer.ts';
import { OBSERVERS } from './open-observers.ts';

const at = instant('2026-11-24T10:00:00.000Z');
const KEY = 's3cret-key';

const unemployment = { provider: 'fred', series: 'UNRATE' } as const;
const euro = { provider: 'frankfurter', base: 'EUR', quotes: ['USD', 'CHF'] } as const;
const bank = { provider: 'newsapi', topic: 'ecb', query: 'ecb' } as const;

describe('observers', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  beforeEach(() => {
    server.clear();
  });
  afterAll(() => server.close());
  const nothing: Known = new Map();

  describe.each([
    [unemployment, { error_code: 400, error_message: `Bad key ${KEY}` }],
    [euro, { message: 'not found' }],
    [bank, { status: 'error', code: 'apiKeyInvalid', message: `Bad key ${KEY}` }],
  ] as const)('that look at %j', (watched, error) => {
    const { provider } = watched;
    const look = async (
      answer: ScriptedAnswer,
      options: { readonly timeoutMs: number; readonly answerBytesMax?: number } = { timeoutMs: 5_000 },
    ): Promise<Observed> => {
      server.willAnswer(answer);
      const caller = new Caller(provider, options);
      const settings = { caller, url: server.url, key: KEY };
      const { fred, frankfurter, newsapi } = OBSERVERS;
      const made = {
        fred: fred.make(unemployment, settings),
        frankfurter: frankfurter.make(euro, settings),
        newsapi: newsapi.make(bank, settings),
      };
      try {
        return await made[provider].observe(nothing, at);
      } finally {
        await caller.close();
      }
    };
    const failure = ({ isRefused = false, isUnreached = false, retryAfterMs = null as number | null }): unknown => ({
      kind: 'failure',
      message: expect.stringContaining(provider) as unknown,
      retryAfterMs,
      isRefused,
      isUnreached,
    });

    it.each([
      ['an error with status 200', { body: error }, { isRefused: true }],
      ['an error with status 400', { status: 400, body: error }, { isRefused: true }],
      ['a 403', { status: 403, body: error }, { isRefused: true }],
      ['a 426', { status: 426, body: error }, { isRefused: true }],
      ['a page of HTML', { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }, {}],
      ['nothing', { body: '' }, {}],
      ['an empty object', { body: {} }, {}],
      ['half of an answer', { body: error, isCutOff: true }, { isUnreached: true }],
      ['a 500', { status: 500, body: error }, {}],
      ['a 503 as HTML', { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>Busy</html>' }, {}],
      ['a 429', { status: 429, body: error }, {}],
    ] as const)('take %s for a failure', async (_, answer, how) => {
      const observed = await look(answer);
      expect(observed).toEqual(failure(how));
      expect(JSON.stringify(observed)).not.toContain(KEY);
    });

    it.each([429, 503])('wait as long as a %d says', async (status) => {
      expect(await look({ status, headers: { 'retry-after': '37' }, body: error })).toEqual(
        failure({ retryAfterMs: 37_000 }),
      );
    });

    it.each([
      ['give up on an answer that does not come', { timeoutMs: 100 }, { never: true }, { isUnreached: true }],
      [
        'take none of an answer that is longer than they read',
        { timeoutMs: 5_000, answerBytesMax: 1_000 },
        { body: JSON.stringify(error).padEnd(2_000) },
        {},
      ],
    ] as const)('%s', async (_, options, answer, how) => {
      expect(await look(answer, options)).toEqual(failure(how));
    });
  });
});
