import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findNatsServer, isFree, startNats, startPostgres } from '../../libs/local-servers/src/index.mjs';
import { CACHE, DATA, ROOT } from './paths.mjs';
import { CannotStart } from './say.mjs';

const run = promisify(execFile);

/** Seconds that the servers outlive a start that was killed, so that the services can write down what they know. */
const ORPHAN_GRACE_S = 12;

/** Starts the event log and the database, or uses the ones that were given, and sets both up. */
export async function startInfra(say) {
  const [nats, postgres] = await Promise.all([openNats(say), openPostgres()]);
  try {
    await setUp(nats.url, postgres.url);
  } catch (error) {
    await Promise.all([nats.stop(), postgres.stop()]);
    throw error;
  }
  const own = [
    { name: 'nats-server', pid: nats.pid },
    { name: 'postgres', pid: postgres.pid },
  ];
  return { nats, postgres, processes: own.filter(({ pid }) => pid) };
}

async function openNats(say) {
  const given = process.env.NATS_URL;
  if (given)
    return {
      url: given,
      name: `${hostOf(given)}, version ${await natsVersionAt(given)}`,
      stop: () => Promise.resolve(),
    };
  const { path, version, from } = await findNatsServer({ cacheDir: CACHE, say });
  const port = (await isFree(4222)) ? 4222 : undefined;
  const server = await startNats({ dir: join(DATA, 'nats'), bin: path, port, orphanGraceS: ORPHAN_GRACE_S });
  return { ...server, name: `${version} (${from})` };
}

async function openPostgres() {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, name: hostOf(given), stop: () => Promise.resolve() };
  const server = await startPostgres({ dir: join(DATA, 'postgres'), orphanGraceS: ORPHAN_GRACE_S });
  return { ...server, name: `${server.version} (embedded)` };
}

/** Migrations of every service's schema, and the streams. */
async function setUp(natsUrl, databaseUrl) {
  try {
    await run(process.execPath, [join(ROOT, 'tools/dist/src/setup.js')], {
      cwd: ROOT,
      env: { ...process.env, NATS_URL: natsUrl, DATABASE_URL: databaseUrl },
      timeout: 60_000,
    });
  } catch (error) {
    throw new CannotStart(`the set-up failed: ${(error.stderr || error.message).trim()}`);
  }
}

const hostOf = (url) => new URL(url.split(',')[0]).host;

/** A nats-server greets everybody with what it is. */
function natsVersionAt(url) {
  const { hostname, port } = new URL(url.split(',')[0]);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 4222) });
    const finish = (version) => {
      socket.destroy();
      resolve(version);
    };
    socket.setTimeout(2_000, () => finish('unknown'));
    socket.on('error', () => finish('unknown'));
    socket.on('data', (bytes) => finish(/"version":"([^"]+)"/.exec(String(bytes))?.[1] ?? 'unknown'));
  });
}
