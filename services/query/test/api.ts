import { Global, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Instant } from '@tocsin/domain-kit';
import { EventLog } from '@tocsin/event-log';
import { LOGGER, METRICS } from '@tocsin/service-kit';
import type { QueryConfig } from '../src/config.ts';
import { prepareHttp } from '../src/inbound/http/prepare.ts';
import { QueryModule } from '../src/query.module.ts';
import { barAt } from './facts.ts';

/** What the service would have logged. */
export const logged: { readonly facts: object; readonly message: string }[] = [];

@Global()
@Module({
  providers: [
    { provide: METRICS, useValue: { registerMetric: () => undefined } }, // A whole service shows its metrics.
    { provide: LOGGER, useValue: { error: (facts: object, message: string) => logged.push({ facts, message }) } },
  ],
  exports: [LOGGER, METRICS],
})
class LoggerModule {}

type Asked = { readonly headers?: Readonly<Record<string, string>>; readonly remoteAddress?: string };

/** The query service's API over the tables of a database, at a time that the test sets. */
export class Api {
  now: Instant = barAt(9).closeAt;
  app: NestFastifyApplication | null = null;

  static async open(
    databaseUrl: string,
    {
      clock = 'accelerated',
      limit = { perMinute: 600_000, burst: 100_000 },
    }: { clock?: 'wall' | 'accelerated'; limit?: Parameters<typeof prepareHttp>[1] } = {},
  ): Promise<Api> {
    const api = new Api();
    const config: Pick<QueryConfig, 'DATABASE_URL' | 'READ_CONNECTIONS_MAX' | 'TOCSIN_CLOCK'> = {
      DATABASE_URL: databaseUrl,
      READ_CONNECTIONS_MAX: 4,
      TOCSIN_CLOCK: clock,
    };
    const testing = await Test.createTestingModule({ imports: [LoggerModule, QueryModule.for(config)] })
      .overrideProvider(EventLog)
      .useValue({ now: () => api.now })
      .compile();
    const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ bodyLimit: 1024 * 1024 }), {
      logger: false,
    });
    prepareHttp(app, limit);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    api.app = app;
    return api;
  }

  async get(url: string, { headers = {}, remoteAddress = '127.0.0.1' }: Asked = {}) {
    if (!this.app) throw new Error('the API is open');
    return await this.app.inject({ method: 'GET', url, headers, remoteAddress });
  }

  /** The body of an answer that must be 200. */
  async read<Body>(url: string): Promise<Body> {
    const answer = await this.get(url);
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${answer.body}`);
    return answer.json<Body>();
  }

  async close(): Promise<void> {
    await this.app?.close();
  }
}
