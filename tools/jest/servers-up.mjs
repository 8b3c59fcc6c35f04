import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer, startPostgres } from '@tocsin/local-servers';

/**
 * Gives the integration suite one PostgreSQL, the one of DATABASE_URL or its own, and the path of a nats-server. Each
 * test file creates a database of its own on the one, and starts a process of its own from the other, so files run side
 * by side and may kill what they like.
 */
export default async function serversUp(_globalConfig, projectConfig) {
  const cacheDir = join(projectConfig.rootDir, '.tocsin');
  const nats = await findNatsServer({ cacheDir, say: console.error });
  process.env.TOCSIN_NATS_SERVER = nats.path;
  process.env.TOCSIN_NATS_VERSION = nats.version;
  if (process.env.DATABASE_URL) return;

  const dir = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  chmodSync(dir, 0o711); // PostgreSQL's user must reach what is below.
  const settings = { fsync: 'off', max_connections: '400' };
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings });
  process.env.DATABASE_URL = postgres.url;
  globalThis.tocsinTestServers = { dir, postgres };
}
