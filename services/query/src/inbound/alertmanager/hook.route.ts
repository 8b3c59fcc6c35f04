import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LOGGER } from '@tocsin/service-kit';
import { stranger } from '../hooks/tradingview.route.ts';
import { problemOf, sendProblem, type DefectLog } from '../http/problem.filter.ts';
import { TokenBuckets } from '../http/token-buckets.ts';
import { traceIdOf } from '../http/trace.ts';
import { AlertmanagerIntake, AlertmanagerTokens } from './alertmanager-intake.ts';
import { readGroup } from './posted.ts';

/** Wrong tokens of one address, as where alerts of TradingView come in. */
const WRONG_TOKENS = { perMinute: 10, burst: 10 };

/** What is told and logged of the path: the token in it stays out. */
const PATH = '/hooks/alertmanager';

/** Takes what Alertmanager's webhook sends (version 4), by a token in the path, for it need not be on this machine. */
export function serveAlertmanagerHook(app: NestFastifyApplication): void {
  const [tokens, intake] = [app.get(AlertmanagerTokens), app.get(AlertmanagerIntake)];
  const log = app.get<DefectLog>(LOGGER);
  const wrong = new TokenBuckets(WRONG_TOKENS);
  const fastify = app.getHttpAdapter().getInstance();
  void fastify.register((hooks, _options, done) => {
    hooks.setErrorHandler((error, request, reply) => {
      const traceId = traceIdOf(request);
      const problem = problemOf(error);
      if (problem.status >= 500) log.error({ err: error, traceId, url: PATH }, problem.detail);
      sendProblem(problem, { url: PATH, traceId }, reply);
    });
    hooks.post<{ Params: { token: string } }>(`${PATH}/:token`, async (request, reply) => {
      const source = tokens.nameOf(request.params.token);
      if (source === null) throw stranger(wrong.take(request.ip, performance.now()).waitS);
      await intake.take(readGroup(request.body).alerts, source, `hook:${source}`);
      return reply.code(202).header('cache-control', 'no-store').send();
    });
    done();
  });
}
