import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { createDatabase, findNatsServer, forget, isAlive, startNats, startPostgres } from '@tocsin/local-servers';
import pg from 'pg';

/** Fast enough for a test that pulls plugs: nothing here outlives a power cut. */
const settings = { fsync: 'off' };

const isRoot = process.getuid?.() === 0;

/** A folder that only its owner can look into. */
const closedDir = (): string => mkdtempSync(join(tmpdir(), 'tocsin-servers-'));

function newDir(): string {
  const dir = closedDir();
  chmodSync(dir, 0o711);
  return dir;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let tries = 0; isAlive(pid); tries += 1) {
    if (tries > 200) throw new Error(`process ${pid} still lives`);
    await sleep(50);
  }
}

/** Starts both servers in a process of their own, which is then killed; returns their ids. */
async function orphans(dir: string, orphanGraceS: number): Promise<{ nats: number; postgres: number }> {
  const script = `
    import { startNats, startPostgres } from '@tocsin/local-servers';
    const nats = await startNats({ dir: ${JSON.stringify(join(dir, 'nats'))}, orphanGraceS: ${orphanGraceS} });
    const postgres = await startPostgres({ dir: ${JSON.stringify(join(dir, 'postgres'))}, orphanGraceS: ${orphanGraceS} });
    console.log(JSON.stringify({ nats: nats.pid, postgres: postgres.pid }));
    setInterval(() => undefined, 1_000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await owner.stdout.take(1).toArray()) as [Buffer];
  owner.kill('SIGKILL');
  return JSON.parse(String(line)) as { nats: number; postgres: number };
}

describe('a nats-server of one’s own', () => {
  it('answers when the call returns, keeps what it was told over a kill, and comes back on its port', async () => {
    const dir = newDir();
    const first = await startNats({ dir });
    await first.kill();
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
    const second = await startNats({ dir, port: first.port });
    const connection = await connect({ servers: second.url });
    expect(connection.info?.jetstream).toBe(true);
    await connection.close();
    await second.stop();
    expect(isAlive(second.pid)).toBe(false);
  });

  it('is not started where the port is taken, and says so with its own words', async () => {
    const one = await startNats({ dir: newDir() });
    await expect(startNats({ dir: newDir(), port: one.port })).rejects.toThrow(/address already in use/);
    await one.stop();
  });

  it('cannot be had where the named binary is none: one line to type, and exit code 3', async () => {
    const before = process.env['NATS_SERVER_BIN'];
    process.env['NATS_SERVER_BIN'] = process.execPath;
    try {
      await expect(findNatsServer({ cacheDir: newDir() })).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(/\nType: .+$/) as string,
      });
    } finally {
      if (before === undefined) delete process.env['NATS_SERVER_BIN'];
      else process.env['NATS_SERVER_BIN'] = before;
    }
  });
});

describe('a PostgreSQL of one’s own', () => {
  const dir = join(newDir(), 'postgres');
  const open = (): ReturnType<typeof startPostgres> => startPostgres({ dir, settings });

  afterAll(() => {
    forget(dir);
    expect(existsSync(dir)).toBe(false);
  });

  it('keeps its data and its password over a kill and a stop', async () => {
    const first = await open();
    await ask(first.url, "CREATE TABLE kept AS SELECT 'still here' AS word");
    await first.kill();
    const second = await open();
    expect(await ask(second.url, 'SELECT word FROM kept')).toEqual([['still here']]);
    await second.stop();
  });

  it('starts although its old process id belongs to somebody else by now, and lets nobody in without the password', async () => {
    const first = await open();
    const pidFile = join(dir, 'cluster/postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));
    const second = await open();
    expect(await ask(second.url, 'SELECT word FROM kept')).toEqual([['still here']]);
    await expect(ask(second.url.replace(/:[^:@/]+@/, ':guess@'), 'SELECT 1')).rejects.toThrow(/password/);
    await second.stop();
  });

  it('is made again when its making was cut short', async () => {
    rmSync(join(dir, 'password'));
    const server = await open();
    expect(await ask(server.url, "SELECT to_regclass('kept'), current_setting('server_encoding')")).toEqual([
      [null, 'UTF8'],
    ]);
    await server.stop();
  });

  (isRoot ? it : it.skip)('lives elsewhere when its user cannot reach the folder, and is forgotten there', async () => {
    const closed = join(closedDir(), 'postgres');
    const server = await startPostgres({ dir: closed, settings });
    const real = realpathSync(closed);
    expect([lstatSync(closed).isSymbolicLink(), real.startsWith('/var/lib/tocsin/')]).toEqual([true, true]);
    await server.stop();
    forget(closed);
    expect(existsSync(real)).toBe(false);
  });

  it('gives away empty databases of new names', async () => {
    const url = process.env['DATABASE_URL'] ?? '';
    const database = await createDatabase(url);
    expect(await ask(database.url, 'SELECT count(*)::int FROM pg_tables WHERE schemaname = current_schema()')).toEqual([
      [0],
    ]);
    await database.drop();
    await expect(ask(database.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });
});

describe('servers whose owner was killed', () => {
  it('end by themselves', async () => {
    const dir = newDir();
    const { nats, postgres } = await orphans(dir, 0);
    await Promise.all([untilGone(nats), untilGone(postgres)]);
    forget(join(dir, 'postgres'));
  });

  it('are ended by the next start, which goes on with their data', async () => {
    const dir = newDir();
    const left = await orphans(dir, 3_600);
    const nats = await startNats({ dir: join(dir, 'nats') });
    const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings });
    expect([isAlive(left.nats), isAlive(left.postgres)]).toEqual([false, false]);
    expect(await ask(postgres.url, 'SELECT 1')).toEqual([[1]]);
    await Promise.all([nats.stop(), postgres.stop()]);
    forget(join(dir, 'postgres'));
  });
});
