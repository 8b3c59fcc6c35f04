import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LOGGER } from '@tocsin/service-kit';
import { Alertmanager } from '../../reading/alertmanager/alertmanager.ts';
import { Problem } from '../../reading/problem.ts';
import { isOwnMachine } from '../http/own-machine.guard.ts';
import { problemOf, type DefectLog } from '../http/problem.filter.ts';
import { tenantIn } from '../http/tenant.ts';
import { traceIdOf } from '../http/trace.ts';
import { readAlertFilter, readMatchers, type RawQuery } from './alert-question.ts';
import { AlertmanagerIntake, AlertmanagerTokens } from './alertmanager-intake.ts';
import { readAlerts, readSilence } from './posted.ts';
import { SilenceIntake } from './silence-intake.ts';

const PREFIX = '/api/v2';

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Asking = { readonly headers: Headers; readonly socket: { readonly remoteAddress?: string | undefined } };

/** Who is on this machine needs no token, as on all other routes. */
const LOCAL = { source: 'local', actor: 'person:local' } as const;

/**
 * Answers as Alertmanager does, to the letter of its API v2: its tools read nothing else, and what went wrong is a
 * sentence in JSON to them. All other routes are Nest's, and answer as this house does.
 */
export function serveAlertmanager(app: NestFastifyApplication): void {
  const [alertmanager, alerts, silences] = [app.get(Alertmanager), app.get(AlertmanagerIntake), app.get(SilenceIntake)];
  const [tokens, log] = [app.get(AlertmanagerTokens), app.get<DefectLog>(LOGGER)];

  const senderOf = (asking: Asking): { readonly source: string; readonly actor: string } => {
    const [, token] = /^Bearer ([A-Za-z0-9_-]+)$/i.exec(String(asking.headers['authorization'])) ?? [];
    const source = token === undefined ? null : tokens.nameOf(token);
    if (source !== null) return { source, actor: `hook:${source}` };
    if (isOwnMachine(asking)) return LOCAL;
    throw new Problem('not-from-here', 'Alerts are taken from this machine, or with a token of hooks.alertmanager.');
  };
  const ownMachineOnly = (asking: Asking): void => {
    if (!isOwnMachine(asking)) throw new Problem('not-from-here', 'Silences are asked for from this machine only.');
  };

  const fastify = app.getHttpAdapter().getInstance();
  void fastify.register(
    (api, _options, done) => {
      api.addHook('onSend', async (_request, reply) => {
        void reply.header('cache-control', 'no-store');
      });
      api.setErrorHandler((error, request, reply) => {
        const problem = problemOf(error);
        if (problem.status >= 500)
          log.error({ err: error, traceId: traceIdOf(request), url: request.url }, problem.detail);
        const { retryAfterS } = problem.more;
        if (retryAfterS !== undefined) void reply.header('retry-after', String(retryAfterS));
        void reply.code(statusOf(problem)).type('application/json').send(JSON.stringify(problem.detail));
      });
      api.get<{ Querystring: RawQuery }>('/alerts', ({ query, headers }) =>
        alertmanager.alerts(tenantIn(headers), readAlertFilter(query)),
      );
      api.get<{ Querystring: RawQuery }>('/alerts/groups', ({ query, headers }) =>
        alertmanager.groups(tenantIn(headers), readAlertFilter(query)),
      );
      api.post('/alerts', async (request, reply) => {
        const { source, actor } = senderOf({ headers: request.headers, socket: request.socket });
        await alerts.take(readAlerts(request.body), source, actor);
        return reply.code(200).send();
      });
      api.get<{ Querystring: RawQuery }>('/silences', ({ query, headers }) =>
        alertmanager.silences(tenantIn(headers), readMatchers(query)),
      );
      api.post('/silences', async ({ headers, socket, body }) => {
        ownMachineOnly({ headers, socket });
        return { silenceID: await silences.create(tenantIn(headers), readSilence(body)) };
      });
      api.get<{ Params: { id: string } }>('/silence/:id', async ({ params, headers }) => {
        const found = (await alertmanager.silences(tenantIn(headers), [])).find(({ id }) => id === params.id);
        if (found === undefined) throw new Problem('unknown-silence', 'There is no such silence.');
        return found;
      });
      api.delete<{ Params: { id: string } }>('/silence/:id', async ({ params, headers, socket }, reply) => {
        ownMachineOnly({ headers, socket });
        await silences.expire(tenantIn(headers), idIn(params.id));
        return reply.code(200).send();
      });
      api.get('/receivers', ({ headers }) => alertmanager.receivers(tenantIn(headers)));
      api.get('/status', ({ headers }) => alertmanager.status(tenantIn(headers)));
      done();
    },
    { prefix: PREFIX },
  );
}

const TOKEN = /^[A-Za-z0-9_=-]{1,64}$/;

/** @throws {Problem} when no silence can have this id. */
function idIn(id: string): string {
  if (TOKEN.test(id)) return id;
  throw new Problem('unknown-silence', 'There is no such silence.');
}

/** They know no conflict: a rule that says no has been asked for something wrong, or for something that is not there. */
function statusOf({ code, status, more }: Problem): number {
  if (code !== 'request-refused') return status;
  return more.refused === 'silence-unknown' ? 404 : 400;
}
