import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { streamOf, type ServiceName } from '@tocsin/contracts';
import { Unreachable } from '@tocsin/domain-kit';
import { Database, type LaneAccess } from '@tocsin/event-log';
import type { CliConfig } from './config.ts';
import { UsageFault } from './usage-fault.ts';

/** Where the log and the database of one stack are. */
export type StackAddress = { readonly natsUrl: string; readonly databaseUrl: string };

const CONNECT_TIMEOUT_MS = 5_000;
const RETRY = { retryAfterMs: 1_000 };

/**
 * Finds the stack that is meant: the one of the settings, else the `npm start` that runs on the data folder. One address
 * of each would be two stacks, so the settings name both or none.
 */
export function findStack({ NATS_URL, DATABASE_URL, TOCSIN_DATA }: CliConfig): StackAddress {
  if (NATS_URL !== null && DATABASE_URL !== null) return { natsUrl: NATS_URL, databaseUrl: DATABASE_URL };
  if (NATS_URL !== null || DATABASE_URL !== null)
    throw new UsageFault(
      `${NATS_URL === null ? 'DATABASE_URL' : 'NATS_URL'} is set and ` +
        `${NATS_URL === null ? 'NATS_URL' : 'DATABASE_URL'} is not; set both, or none where npm start runs`,
    );
  const running = readRun(join(TOCSIN_DATA, 'run.json'));
  if (running !== null) return running;
  throw new UsageFault(
    `nothing runs on ${TOCSIN_DATA}, and NATS_URL and DATABASE_URL are not set; ` +
      'npm start runs a stack, TOCSIN_DATA names the folder of one, and both addresses name any other',
  );
}

/** What a running `npm start` writes down once its servers are open; null before that, and where there is none. */
function readRun(file: string): StackAddress | null {
  let run: unknown;
  try {
    run = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // There is none, or it is being written.
  }
  if (typeof run !== 'object' || run === null || !('nats' in run) || !('postgres' in run)) return null;
  const { nats, postgres } = run;
  if (typeof nats !== 'string' || typeof postgres !== 'string') return null;
  return { natsUrl: nats, databaseUrl: postgres };
}

/** Opens the log once and calls `work`; then closes whatever was opened. @throws {Unreachable} */
export async function withLog<Result>(
  { natsUrl }: StackAddress,
  work: (nats: NatsConnection) => Promise<Result>,
): Promise<Result> {
  let nats: NatsConnection;
  try {
    nats = await connect({ servers: natsUrl, name: 'tocsin', timeout: CONNECT_TIMEOUT_MS, reconnectTimeWait: 250 });
  } catch (error) {
    throw new Unreachable(`the log at ${placeOf(natsUrl)} cannot be reached`, RETRY, { cause: error });
  }
  try {
    return await work(nats);
  } finally {
    await nats.close();
  }
}

/** Opens a service's schema and calls `work` with its lane; then closes it. @throws {Unreachable} */
export async function withLane<Result>(
  { databaseUrl }: StackAddress,
  nats: NatsConnection,
  service: ServiceName,
  work: (access: LaneAccess) => Promise<Result>,
): Promise<Result> {
  const database = new Database({
    url: databaseUrl,
    schema: service,
    applicationName: 'tocsin',
    connectionsMax: 3,
    onIdleError: () => undefined, // The next statement tells.
  });
  try {
    await findLane(database, service, placeOf(databaseUrl));
    return await work({ service, nats, database });
  } finally {
    await database.close();
  }
}

async function findLane(database: Database, service: ServiceName, place: string): Promise<void> {
  let isThere = false;
  try {
    const { rows } = await database.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      // The youngest table: where it is, all are.
      `${service}.repair`,
    ]);
    isThere =
      rows[0]?.there === true &&
      (await database.query('SELECT 1 FROM lane WHERE name = $1', [streamOf(service)])).rowCount === 1;
  } catch (error) {
    throw new Unreachable(`the database at ${place} cannot be reached`, RETRY, { cause: error });
  }
  if (!isThere)
    throw new UsageFault(
      `the database at ${place} has no lane of ${service}: it is another one, or was not set up by this version`,
    );
}

/** Without the password that an address may hold. */
const placeOf = (url: string): string => new URL(url.split(',')[0] ?? url).host;
