import { Counter, Histogram, type Registry } from 'prom-client';
import type { HttpServer } from './http-server.ts';

/** Seconds; the goal for the API is a p99 below half a second. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What looks at the service itself is not traffic. */
const NOT_COUNTED = new Set(['/healthz', '/readyz', '/metrics']);

/** Counts and times every answer by method and route pattern; what matches no route is one of its own, so names stay few. */
export function countRequests(http: HttpServer, registry: Registry): void {
  const labelNames = ['method', 'route'] as const;
  const registers = [registry];
  const seconds = new Histogram({
    name: 'tocsin_api_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames,
    buckets: BUCKETS_S,
    registers,
  });
  const requests = new Counter({
    name: 'tocsin_requests_total',
    help: 'Requests answered, by class of status.',
    labelNames: [...labelNames, 'status'],
    registers,
  });
  const errors = new Counter({
    name: 'tocsin_request_errors_total',
    help: 'Requests that failed through our fault: status 500 and above.',
    labelNames,
    registers,
  });
  http.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    if (!NOT_COUNTED.has(route)) {
      const labels = { method: request.method, route };
      seconds.observe(labels, reply.elapsedTime / 1_000);
      requests.inc({ ...labels, status: `${Math.floor(reply.statusCode / 100)}xx` });
      if (reply.statusCode >= 500) errors.inc(labels);
    }
    done();
  });
}
