import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import { streamOf, type ServiceName } from '@tocsin/contracts';
import { DataSource, type MigrationInterface } from 'typeorm';
import { ensurePartitions } from './journal/partitions.ts';
import { chainStart } from './lane/chain.ts';
import { createStreams, type LaneIdentity } from './lane/topology.ts';
import { Log1700000000001 } from './migrations/1-log.ts';
import { Repair1700000000003 } from './migrations/2-repair.ts';
import { Folds1700000000004 } from './migrations/3-folds.ts';
import { Database } from './postgres/database.ts';

/** A service's own migrations, beside those that every service has. */
export type ServiceSchema = {
  readonly service: ServiceName;
  readonly migrations: readonly (new () => MigrationInterface)[];
};

export type SetUpOptions = {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly replicas: 1 | 3;
  readonly schemas: readonly ServiceSchema[];
  readonly say: (line: string) => void;
};

/**
 * Brings database and streams to what this version needs: run before services start, by a person or a deployment, never
 * by a service. Doing it again changes nothing.
 * @throws {TopologyFault} when a stream is another stack's or a server does not take what is asked.
 */
export async function setUp({ natsUrl, databaseUrl, replicas, schemas, say }: SetUpOptions): Promise<void> {
  const lanes: LaneIdentity[] = [];
  for (const schema of schemas) {
    lanes.push({ service: schema.service, laneId: await migrate(databaseUrl, schema) });
    say(`schema ${schema.service} is ready`);
  }
  const nats = await connect({ servers: natsUrl, name: 'set-up', timeout: 5_000 });
  try {
    await createStreams(nats, lanes, replicas);
    say(`${lanes.length} lanes are ready on nats-server ${nats.info?.version ?? 'of unknown version'}`);
  } finally {
    await nats.close();
  }
}

/** Migrates one service's schema and returns the identity of its lane, made at the first time. */
async function migrate(databaseUrl: string, { service, migrations }: ServiceSchema): Promise<string> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    schema: service,
    migrations: [Log1700000000001, Repair1700000000003, Folds1700000000004, ...migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'all',
    extra: { options: `-c search_path=${service}`, max: 1 },
  });
  await source.initialize();
  try {
    await source.query(`CREATE SCHEMA IF NOT EXISTS ${service}`);
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
  const database = new Database({
    url: databaseUrl,
    schema: service,
    applicationName: 'set-up',
    connectionsMax: 1,
    onIdleError: () => undefined,
  });
  try {
    await ensurePartitions(database, Date.now());
    return await identify(database, service);
  } finally {
    await database.close();
  }
}

async function identify(database: Database, service: ServiceName): Promise<string> {
  const laneId = randomUUID();
  await database.query('INSERT INTO lane (name, lane_id, chain) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    streamOf(service),
    laneId,
    chainStart(laneId),
  ]);
  await database.query('INSERT INTO consumer (name) VALUES ($1) ON CONFLICT DO NOTHING', [service]);
  const { rows } = await database.query<{ lane_id: string }>('SELECT lane_id FROM lane WHERE name = $1', [
    streamOf(service),
  ]);
  return rows[0]?.lane_id ?? laneId;
}
