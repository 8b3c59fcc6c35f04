import type { Registry } from 'prom-client';
import type { HttpServer } from './http-server.ts';

/** Why a service should get no work now, one sentence each; empty when it is ready. */
export type ReadinessReader = () => readonly string[];

/**
 * Serves what others look at a service by: `/healthz` says that the process answers, `/readyz` whether it should be
 * asked anything, with every reason against it, and `/metrics` its numbers.
 */
export function serveLookingIn(
  http: HttpServer,
  service: string,
  readReasons: ReadinessReader,
  registry: Registry,
): void {
  http.get('/healthz', (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ status: 'alive', service });
  });
  http.get('/readyz', (_request, reply) => {
    const reasons = readReasons();
    const isReady = reasons.length === 0;
    void reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not ready', service, reasons });
  });
  http.get('/metrics', async (_request, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
}
