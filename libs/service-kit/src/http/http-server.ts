import { FastifyAdapter } from '@nestjs/platform-fastify';

/** A request's body above this is refused with 413. */
const BODY_BYTES_MAX = 1024 * 1024;
/** A request that has not arrived by then is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Opens Nest's HTTP. On a drain, idle connections are closed at once and busy ones after their answer. */
export const openHttp = (): FastifyAdapter =>
  new FastifyAdapter({ bodyLimit: BODY_BYTES_MAX, requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: 'idle' });

/** The Fastify below it. */
export const fastifyOf = (adapter: FastifyAdapter) => adapter.getInstance();

export type HttpServer = ReturnType<typeof fastifyOf>;
