import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@tocsin/event-log';
import { schema } from '@tocsin/ingestion/schema';
import { forget, freePort } from '@tocsin/local-servers';
import { openGround, type Ground } from '../ground.ts';
import { cpuMsOf, megabytesOf } from '../process-costs.ts';

/** What a whole ingestion process needs for so many pairs of whom nothing is due. */
export type AtRest = { readonly pairs: number; readonly memoryMB: number; readonly cpuMsPerSecond: number };

const ROOT = resolve(import.meta.dirname, '../../../..');
const SETTLE_MS = 5_000;
const WATCHED_MS = 10_000;
const LIMIT_MS = 120_000;
const POLL_MS = 200;

/** Starts a real ingestion on the wall clock with so many feeds in its configuration, and looks at it when it is at rest. */
export async function measureAtRest(pairs: number): Promise<AtRest> {
  const ground = await openGround();
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const database = ground.database('ingestion');
  try {
    await ground.setUp([schema]);
    const child = await start(ground, directory, pairs);
    try {
      await untilAdded(database, pairs);
      await pause(SETTLE_MS);
      const before = cpuMsOf(child);
      await pause(WATCHED_MS);
      return {
        pairs,
        memoryMB: megabytesOf(child),
        cpuMsPerSecond: Math.round((cpuMsOf(child) - before) / (WATCHED_MS / 1_000)),
      };
    } finally {
      child.kill('SIGKILL');
    }
  } finally {
    await database.close();
    await ground.close();
    forget(directory);
  }
}

async function start(ground: Ground, directory: string, pairs: number): Promise<ChildProcess> {
  const feed = { timeframe: '1d', providers: ['push'], calendar: '24x7', volume: 'traded' };
  const feeds = Array.from({ length: pairs }, (_, index) => ({ symbol: `B${index}`, ...feed }));
  const config = join(directory, 'tocsin.config.json');
  writeFileSync(config, JSON.stringify({ feeds }));
  return spawn(process.execPath, [join(ROOT, 'services/ingestion/dist/src/main.js')], {
    cwd: ROOT,
    env: {
      ...process.env,
      NATS_URL: ground.natsUrl,
      DATABASE_URL: ground.databaseUrl,
      TOCSIN_CONFIG: config,
      TOCSIN_DATA: directory,
      HTTP_PORT: String(await freePort()),
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilAdded(database: Database, pairs: number): Promise<void> {
  const giveUpAt = performance.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await database.query<{ feeds: number }>(
      `SELECT count(*)::int AS feeds FROM entity WHERE type = 'feed'`,
    );
    if ((rows[0]?.feeds ?? 0) >= pairs) return;
    if (performance.now() > giveUpAt) throw new Error(`${pairs} feeds were not added within ${LIMIT_MS} ms`);
    await pause(POLL_MS);
  }
}
