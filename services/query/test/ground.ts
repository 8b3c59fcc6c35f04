import { randomUUID } from 'node:crypto';
import { foldProjection, Database, ProjectionRunner, type AnyProjection } from '@tocsin/event-log';
import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { projections } from '../src/projections/projections.ts';
import { schema } from '../src/schema.ts';
import { recorded, type Fact } from './facts.ts';

/** A database of a test file's own, with the tables of the query service and the runner that fills them. */
export class Ground {
  readonly heard: Recorded<AnyEvent>[] = [];
  readonly #next = new Map<ServiceName, number>();
  readonly #runner: ProjectionRunner;

  private constructor(
    readonly url: string,
    readonly database: Database,
    private readonly drop: () => Promise<void>,
    folded: readonly AnyProjection[],
  ) {
    this.#runner = new ProjectionRunner(folded);
  }

  static async open(folded: readonly AnyProjection[] = projections): Promise<Ground> {
    const server = process.env['DATABASE_URL'];
    if (server === undefined) throw new Error('DATABASE_URL is set by the global set-up of the integration tests');
    const name = `query_${randomUUID().replaceAll('-', '')}`;
    await asAdministrator(server, `CREATE DATABASE ${name}`);
    const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
    await migrate(url);
    const onIdleError = () => undefined;
    const database = new Database({
      url,
      schema: schema.service,
      applicationName: 'test',
      connectionsMax: 2,
      onIdleError,
    });
    return new Ground(url, database, () => asAdministrator(server, `DROP DATABASE ${name} WITH (FORCE)`), folded);
  }

  /** Puts facts on their lanes and applies them, a step for each run of facts of one service. */
  async hear(...facts: readonly Fact[]): Promise<void> {
    let rest = facts;
    for (let first = rest[0]; first !== undefined; first = rest[0]) {
      const { service } = first;
      const end = rest.findIndex((fact) => fact.service !== service);
      await this.step(service, end === -1 ? rest : rest.slice(0, end));
      rest = end === -1 ? [] : rest.slice(end);
    }
  }

  /** Applies facts of one service in one transaction. */
  async step(service: ServiceName, facts: readonly Fact[]): Promise<void> {
    const position = this.#next.get(service) ?? 1;
    const batch = recorded(facts, position);
    await this.apply(service, batch);
    this.#next.set(service, position + facts.length);
    this.heard.push(...batch);
  }

  async apply(lane: ServiceName, batch: readonly Recorded<AnyEvent>[]): Promise<void> {
    await this.database.transaction((sql) => this.#runner.apply({ sql, lane, batch }));
  }

  /** What a projection's table must hold by now. */
  folded<Row extends object>(projection: Parameters<typeof foldProjection<Row>>[0]): Row[] {
    return foldProjection(projection, this.heard);
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.drop();
  }
}

async function migrate(url: string): Promise<void> {
  await asAdministrator(url, `CREATE SCHEMA ${schema.service}`);
  // The one table of the log that a read model's migration touches; here nothing is heard.
  await asAdministrator(url, `CREATE TABLE ${schema.service}.checkpoint (lane text PRIMARY KEY)`);
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: [...schema.migrations],
    migrationsTableName: 'migration',
    schema: schema.service,
    extra: { options: `-c search_path=${schema.service}`, max: 1 },
  });
  await source.initialize();
  await source.runMigrations();
  await source.destroy();
}

async function asAdministrator(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
