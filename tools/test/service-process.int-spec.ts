import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { schema as analysis } from '@tocsin/analysis/schema';
import { setUp } from '@tocsin/event-log';
import { schema as ingestion } from '@tocsin/ingestion/schema';
import { createDatabase, startNats, type RunningServer } from '@tocsin/local-servers';

/** A service as the operating system sees it: what it says on standard error, and how it ends. */
const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'services/analysis/dist/src/main.js');

type Ended = { readonly code: number | null; readonly stderr: string };

const started = new Set<ChildProcess>();

function start(env: NodeJS.ProcessEnv): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  started.add(child);
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  // After a broken channel Node says `exit`, but never `close`.
  const ended = once(child, 'exit').then(([code]): Ended => ({ code: code as number | null, stderr }));
  return { child, ended };
}

async function untilOpen(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message')) as [{ open: string }];
  return message.open;
}

describe('a service as a process', () => {
  let nats: RunningServer;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'services/analysis'], {
      cwd: ROOT,
    });
    const dir = mkdtempSync(join(tmpdir(), 'tocsin-process-'));
    nats = await startNats({ dir });
    database = await createDatabase(process.env['DATABASE_URL'] ?? '');
    env = { NATS_URL: nats.url, DATABASE_URL: database.url, TOCSIN_DATA: dir, HTTP_PORT: '0' };
    const schemas = [ingestion, analysis];
    await setUp({ natsUrl: nats.url, databaseUrl: database.url, replicas: 1, schemas, say: () => undefined });
  });

  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    started.clear();
  });

  afterAll(async () => {
    await nats.stop();
    await database.drop();
  });

  it('says everything that is wrong with its environment at once, and does not start', async () => {
    const wrong = { NATS_URL: 'http://elsewhere', HTTP_PORT: '80 80', TOCSIN_CLOK: 'wall' };
    const { code, stderr } = await start(wrong).ended;
    expect(code).toBe(78);
    expect(stderr).toMatch(/TOCSIN_CLOK is no setting\. Is it TOCSIN_CLOCK\?/);
    expect(stderr).toMatch(/NATS_URL must begin with nats:/);
    expect(stderr).toMatch(/DATABASE_URL is missing/);
    expect(stderr).toMatch(/HTTP_PORT must be a whole number/);
  });

  it('is looked at by the routes of its own HTTP, and drains on SIGTERM', async () => {
    const { child, ended } = start(env);
    const url = await untilOpen(child);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive', service: 'analysis' });
    // It is open before it holds its lease, and only then does it know of lanes.
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    const lag = 'tocsin_lane_lag_events{lane="ingestion",service="analysis"} 0';
    for (let tries = 0; tries < 50 && !(await metrics()).includes(lag); tries += 1) await pause(100);
    expect(await metrics()).toContain(lag);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, stderr: '' });
  });

  it('drains when the supervisor that holds its channel is gone', async () => {
    const { child, ended } = start(env);
    await untilOpen(child);
    child.disconnect();
    expect(await ended).toEqual({ code: 0, stderr: '' });
  });

  it('asks for another start while the database is away', async () => {
    const { code, stderr } = await start({ ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^analysis cannot start: the database at .* cannot be reached/),
    ]);
  });

  it('does not ask for another start when the log is not what it was built on', async () => {
    const connection = await connect({ servers: nats.url });
    const manager = await jetstreamManager(connection);
    await manager.streams.update('LOG_ANALYSIS', { max_age: 3_600_000_000_000 });
    await connection.close();
    const { code, stderr } = await start(env).ended;
    expect([code, stderr]).toEqual([
      78,
      expect.stringMatching(/^analysis cannot start: stream LOG_ANALYSIS is not as asked \(max_age: asked 0/),
    ]);
  });
});
