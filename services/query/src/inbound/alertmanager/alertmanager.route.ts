import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LOGGER } from '@tocsin/service-kit';
import { Alertmanager } from '../../reading/alertmanager/alertmanager.ts';
import { problemOf, type DefectLog } from '../http/problem.filter.ts';
import { traceIdOf } from '../http/trace.ts';
import { readAlertFilter, type RawQuery } from './alert-question.ts';

const PREFIX = '/api/v2';

/**
 * Answers as Alertmanager does, to the letter of its API v2: its tools read nothing else, and what went wrong is a
 * sentence in JSON to them. All other routes are Nest's, and answer as this house does.
 */
export function serveAlertmanager(app: NestFastifyApplication): void {
  const [alertmanager, log] = [app.get(Alertmanager), app.get<DefectLog>(LOGGER)];
  const fastify = app.getHttpAdapter().getInstance();
  void fastify.register(
    (api, _options, done) => {
      api.addHook('onSend', async (_request, reply) => {
        void reply.header('cache-control', 'no-store');
      });
      api.setErrorHandler((error, request, reply) => {
        const problem = problemOf(error);
        if (problem.status >= 500) {
          const facts = { err: error, traceId: traceIdOf(request), url: request.url };
          log.error(facts, problem.detail);
        }
        const { retryAfterS } = problem.more;
        if (retryAfterS !== undefined) void reply.header('retry-after', String(retryAfterS));
        void reply.code(problem.status).type('application/json').send(JSON.stringify(problem.detail));
      });
      api.get<{ Querystring: RawQuery }>('/alerts', ({ query }) => alertmanager.alerts(readAlertFilter(query)));
      api.get<{ Querystring: RawQuery }>('/alerts/groups', ({ query }) => alertmanager.groups(readAlertFilter(query)));
      api.get('/receivers', () => alertmanager.receivers());
      api.get('/status', () => alertmanager.status());
      done();
    },
    { prefix: PREFIX },
  );
}
