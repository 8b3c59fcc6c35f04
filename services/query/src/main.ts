import 'reflect-metadata';
import { runService } from '@tocsin/service-kit';
import { env } from './config.ts';
import { prepareHttp } from './inbound/http/prepare.ts';
import { QueryModule } from './query.module.ts';

await runService({
  service: 'query',
  env,
  module: (config) => QueryModule.for(config),
  prepare: (app, { RATE_LIMIT_PER_MINUTE, RATE_LIMIT_BURST }) => {
    prepareHttp(app, { perMinute: RATE_LIMIT_PER_MINUTE, burst: RATE_LIMIT_BURST });
  },
});
