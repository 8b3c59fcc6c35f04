import { House, type HouseOptions } from '@tocsin/testkit';
import { prepareHttp } from '../src/inbound/http/prepare.ts';
import { QueryModule } from '../src/query.module.ts';
import { schema } from '../src/schema.ts';

type Differences = Partial<Pick<HouseOptions<object>, 'plays' | 'clock'>> & {
  readonly TOCSIN_CONFIG?: string;
  readonly SECRETS_DIRECTORY?: string;
};

/** The query service on real servers, with limits that no test meets, and beside it those that it hears. */
export const openQueryHouse = ({
  TOCSIN_CONFIG,
  SECRETS_DIRECTORY,
  ...differences
}: Differences = {}): Promise<House> =>
  House.open({
    plan: {
      service: 'query',
      module: (config) => QueryModule.for(config),
      prepare: (app) => {
        prepareHttp(app, { perMinute: 60_000, burst: 1_000 });
      },
    },
    config: {
      RATE_LIMIT_PER_MINUTE: 60_000,
      RATE_LIMIT_BURST: 1_000,
      READ_CONNECTIONS_MAX: 2,
      ...(TOCSIN_CONFIG !== undefined && { TOCSIN_CONFIG }),
      ...(SECRETS_DIRECTORY !== undefined && { SECRETS_DIRECTORY }),
    },
    schema,
    hears: ['ingestion', 'analysis', 'escalation', 'notification'],
    ...differences,
  });
