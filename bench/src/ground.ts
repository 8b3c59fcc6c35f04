import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@tocsin/contracts';
import {
  EventLog,
  setUp,
  Watchdog,
  type AnyEntityType,
  type ServiceSchema,
  type StepBody,
  type Wiring,
} from '@tocsin/event-log';
import { forget, startNats, startPostgres } from '@tocsin/local-servers';

/** A nats-server and a PostgreSQL of the benchmark's own, with durable commits, as production has them. */
export type Ground = {
  readonly natsUrl: string;
  readonly setUp: (schemas: readonly ServiceSchema[]) => Promise<void>;
  readonly open: (part: {
    readonly service: ServiceName;
    readonly hears?: readonly ServiceName[];
    readonly entities?: readonly AnyEntityType[];
    readonly body?: StepBody;
  }) => Promise<EventLog>;
  readonly close: () => Promise<void>;
};

/** Starts both servers in a folder that is forgotten afterwards. */
export async function openGround(): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-bench-'));
  const nats = await startNats({ dir: join(directory, 'nats') });
  const postgres = await startPostgres({ dir: join(directory, 'postgres') });
  const silent = () => undefined;
  const wiring = (service: ServiceName): Wiring => ({
    natsUrl: nats.url,
    databaseUrl: postgres.url,
    instance: `${service}-0`,
    clock: 'accelerated',
    dataDirectory: directory,
    replicas: 1,
    log: { info: silent, warn: silent, error: silent },
    watchdog: new Watchdog(),
  });
  return {
    natsUrl: nats.url,
    setUp: (schemas) => setUp({ natsUrl: nats.url, databaseUrl: postgres.url, replicas: 1, schemas, say: silent }),
    open: async ({ service, hears = [], entities = [], body }) => {
      const log = new EventLog({ service, hears, entities, locals: [], body: body ?? null }, wiring(service));
      await log.open([]);
      return log;
    },
    close: async () => {
      await nats.stop();
      await postgres.stop();
      forget(directory);
    },
  };
}
