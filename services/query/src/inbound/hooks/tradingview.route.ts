import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LOGGER } from '@tocsin/service-kit';
import { Problem } from '../../reading/problem.ts';
import { problemOf, sendProblem, type DefectLog } from '../http/problem.filter.ts';
import { TokenBuckets } from '../http/token-buckets.ts';
import { traceIdOf } from '../http/trace.ts';
import { AlertIntake } from './alert-intake.ts';
import { HookTokens } from './hook-tokens.ts';

const ALERT_BYTES_MAX = 64 * 1024;

/** Wrong tokens of one address. Who mistypes one is not locked out, and who guesses is slowed down, beside being told nothing. */
const WRONG_TOKENS = { perMinute: 10, burst: 10 };

/** What is told and logged of the path: the token in it stays out. */
const PATH = '/hooks/tradingview';

/**
 * Takes alerts of TradingView. This is not a route of Nest because its bodies are whatever people write, of any kind or
 * none, while all others are JSON.
 */
export function serveTradingView(app: NestFastifyApplication): void {
  const [tokens, intake, log] = [app.get(HookTokens), app.get(AlertIntake), app.get<DefectLog>(LOGGER)];
  const wrong = new TokenBuckets(WRONG_TOKENS);
  const fastify = app.getHttpAdapter().getInstance();
  void fastify.register((hooks, _options, done) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: ALERT_BYTES_MAX }, (_request, body, read) => {
      read(null, body);
    });
    hooks.setErrorHandler((error, request, reply) => {
      const traceId = traceIdOf(request);
      const problem = told(error);
      if (problem.status >= 500) log.error({ err: error, traceId, url: PATH }, problem.detail);
      sendProblem(problem, { url: PATH, traceId }, reply);
    });
    hooks.post<{ Params: { token: string }; Body: Buffer | undefined }>(`${PATH}/:token`, async (request, reply) => {
      const source = tokens.nameOf(request.params.token);
      if (source === null) throw stranger(wrong.take(request.ip, performance.now()).waitS);
      await intake.take(source, textOf(request.body));
      return reply.code(202).header('cache-control', 'no-store').send();
    });
    done();
  });
}

/** The same as where there is no route at all, until somebody has asked too often. */
export const stranger = (waitS: number): Problem =>
  waitS === 0
    ? new Problem('unknown-route', 'No route has this method and path.')
    : new Problem('too-many-requests', `There is room again in ${waitS} s.`, { retryAfterS: waitS });

function told(error: unknown): Problem {
  const problem = problemOf(error);
  return problem.code === 'body-too-large'
    ? new Problem('body-too-large', 'An alert has at most 64 KiB.', { cause: error })
    : problem;
}

/** What is no UTF-8 is U+FFFD: an alert is taken even when it is garbled. */
const utf8 = new TextDecoder();
const textOf = (body: Buffer | undefined): string => (body === undefined ? '' : utf8.decode(body));
