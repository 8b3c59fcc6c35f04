import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findNatsServer, startNats, startPostgres } from '../../libs/local-servers/src/index.mjs';
import { CACHE, DATA, ROOT } from './paths.mjs';
import { CannotStart } from './say.mjs';

const run = promisify(execFile);

/** Seconds that the servers outlive a start that was killed, so that the services can write down what they know. */
const ORPHAN_GRACE_S = 12;

/** Where clients of NATS look first; another one where it is taken. */
const NATS_PORT = 4222;

/** Starts the event log and the database, or uses the ones that were given, and sets both up. */
export async function startInfra(say) {
  const opened = await Promise.allSettled([openNats(say), openPostgres()]);
  const stop = () => Promise.all(opened.map(({ value }) => value?.stop()));
  try {
    for (const { reason } of opened) if (reason) throw reason;
    const [nats, postgres] = opened.map(({ value }) => value);
    await setUp(nats.url, postgres.url);
    return { nats, postgres, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openNats(say) {
  const title = 'nats-server';
  const given = process.env.NATS_URL;
  if (given) return { title, url: given, name: await natsVersionAt(given), stop: leaveAlone };
  const { path, version, from } = await findNatsServer({ cacheDir: CACHE, say });
  const server = await startNats({
    dir: join(DATA, 'nats'),
    bin: path,
    preferredPort: NATS_PORT,
    orphanGraceS: ORPHAN_GRACE_S,
  });
  return { ...server, title, name: `${version} (${from})` };
}

async function openPostgres() {
  const title = 'postgres';
  const given = process.env.DATABASE_URL;
  if (given) return { title, url: given, name: `at ${hostOf(given)}`, stop: leaveAlone };
  const server = await startPostgres({ dir: join(DATA, 'postgres'), orphanGraceS: ORPHAN_GRACE_S });
  return { ...server, title, name: `${server.version} (embedded)` };
}

/** A server that was given is not ours to stop. */
const leaveAlone = () => Promise.resolve();

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
      resolve(`${version} at ${hostname}`);
    };
    socket.setTimeout(2_000, () => finish('unknown'));
    socket.on('error', () => finish('unknown'));
    socket.on('data', (bytes) => finish(/"version":"([^"]+)"/.exec(String(bytes))?.[1] ?? 'unknown'));
  });
}
