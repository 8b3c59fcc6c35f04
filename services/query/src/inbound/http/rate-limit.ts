import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '../../reading/problem.ts';
import { sendProblem } from './problem.filter.ts';
import { TokenBuckets, type Limit } from './token-buckets.ts';
import { traceIdOf } from './trace.ts';

/** What looks at the service itself must always get an answer. */
const UNLIMITED = new Set(['/healthz', '/readyz', '/metrics']);

/** Limits every address on its own, and tells it how it stands (RateLimit header fields for HTTP, IETF draft). */
export function limitRate(app: NestFastifyApplication, limit: Limit): void {
  const buckets = new TokenBuckets(limit);
  const policy = `"default";q=${limit.burst};w=${Math.ceil((limit.burst * 60) / limit.perMinute)}`;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (UNLIMITED.has(request.url)) {
      done();
      return;
    }
    const { remaining, waitS, fullInS } = buckets.take(request.ip, performance.now());
    reply.header('ratelimit-policy', policy).header('ratelimit', `"default";r=${remaining};t=${fullInS}`);
    if (waitS === 0) {
      done();
      return;
    }
    const problem = new Problem('too-many-requests', `There is room again in ${waitS} s.`, { retryAfterS: waitS });
    sendProblem(problem, { url: request.url, traceId: traceIdOf(request) }, reply);
  });
}
