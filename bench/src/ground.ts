import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import type { ServiceName } from '@tocsin/contracts';
import {
  Database,
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
  readonly databaseUrl: string;
  readonly postgresVersion: string;
  readonly natsVersion: string;
  /** Where the nats-server keeps its files. */
  readonly natsDirectory: string;
  readonly setUp: (schemas: readonly ServiceSchema[]) => Promise<void>;
  readonly open: (part: {
    readonly service: ServiceName;
    readonly hears?: readonly ServiceName[];
    readonly entities?: readonly AnyEntityType[];
    readonly body?: StepBody;
    readonly controllers?: readonly object[];
  }) => Promise<EventLog>;
  /** A connection to a service's schema, for preparing and checking beside the service. */
  readonly database: (schema: ServiceName) => Database;
  readonly close: () => Promise<void>;
};

/** Starts both servers in a folder that is forgotten afterwards. */
export async function openGround(): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-bench-'));
  const natsDirectory = join(directory, 'nats');
  const nats = await startNats({ dir: natsDirectory });
  const postgres = await startPostgres({ dir: join(directory, 'postgres') });
  const connection = await connect({ servers: nats.url });
  const natsVersion = connection.info?.version ?? 'unknown';
  await connection.close();
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
    databaseUrl: postgres.url,
    postgresVersion: postgres.version,
    natsVersion,
    natsDirectory,
    setUp: (schemas) => setUp({ natsUrl: nats.url, databaseUrl: postgres.url, replicas: 1, schemas, say: silent }),
    open: async ({ service, hears = [], entities = [], body, controllers = [] }) => {
      const log = new EventLog({ service, hears, entities, locals: [], body: body ?? null }, wiring(service));
      await log.open(controllers);
      return log;
    },
    database: (schema) =>
      new Database({
        url: postgres.url,
        schema,
        applicationName: 'bench',
        connectionsMax: 2,
        onIdleError: silent,
      }),
    close: async () => {
      await nats.stop();
      await postgres.stop();
      forget(directory);
    },
  };
}

/** Waits until `condition` holds; for what no signal tells. */
export async function until(condition: () => boolean, pauseMs = 2): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
