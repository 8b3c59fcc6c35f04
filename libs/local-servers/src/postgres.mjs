import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgres } from './find-postgres.mjs';
import { freePort } from './free-port.mjs';
import { commandOf, isAlive, pidIn } from './processes.mjs';
import { endLeftover, ServerDidNotStart, startServerProcess } from './server-process.mjs';
import { makePrivateDir, postgresUser } from './unprivileged.mjs';

const ROLE = 'tocsin';
const DATABASE = 'tocsin';

/** Fast shutdown ends the sessions and writes a checkpoint; immediate leaves the rest to recovery. */
const STOP_SIGNALS = ['SIGINT', 'SIGQUIT'];

/** Room for five services, their relays and a test suite; nothing but the loopback address, not even a socket file. */
const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };

/**
 * Starts a PostgreSQL of its own on the loopback address, everything of it in `dir`, and returns when it answers. The
 * data are made on the first start, with a password that only the folder knows: whoever can log in as a superuser can
 * run programs as PostgreSQL's user. A server that was left behind on the same `dir` is ended first.
 *
 * @param {object} options
 * @param {string} options.dir
 * @param {number} [options.port] a free one by default
 * @param {Record<string, string>} [options.settings] such as `{ fsync: 'off' }`
 * @param {number} [options.orphanGraceS]
 */
export async function startPostgres({ dir, port, settings = {}, orphanGraceS }) {
  const binaries = findPostgres();
  const home = makePrivateDir(dir);
  const cluster = join(home, 'cluster');
  await endLeftover(join(cluster, 'postmaster.pid'), cluster, STOP_SIGNALS);
  if (!existsSync(join(home, 'password'))) createCluster(binaries, home, cluster);
  const password = readFileSync(join(home, 'password'), 'utf8');

  for (let tries = 1; ; tries++) {
    const chosen = port ?? (await freePort());
    dropStalePidFile(cluster);
    try {
      const running = await startServerProcess({
        name: 'PostgreSQL',
        command: binaries.postgres,
        args: [
          '-D',
          cluster,
          ...Object.entries({ ...SETTINGS, ...settings, port: chosen }).map(([k, v]) => `--${k}=${v}`),
        ],
        mark: cluster,
        stopSignals: STOP_SIGNALS,
        answers: (pid) => isReady(cluster, pid),
        logFile: join(home, 'postgres.log'),
        orphanGraceS,
        as: { ...postgresUser(), cwd: home },
      });
      const url = `postgres://${ROLE}:${password}@127.0.0.1:${chosen}/${DATABASE}`;
      return { ...running, port: chosen, url, version: binaries.version };
    } catch (error) {
      if (!(error instanceof ServerDidNotStart) || tries === 10) throw error;
      const lostTheRace = port === undefined && /Address already in use/.test(error.logTail);
      const oldOneStillEnds = /pre-existing shared memory block/.test(error.logTail);
      if (!lostTheRace && !oldOneStillEnds) throw error;
      await sleep(200);
    }
  }
}

/**
 * Makes the cluster and its one database. It counts as made once it has its password: what a start that was cut short
 * left behind is thrown away.
 */
function createCluster({ initdb, postgres }, home, cluster) {
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
  const user = postgresUser();
  const fresh = join(home, 'password.new');
  writeFileSync(fresh, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (user) chownSync(fresh, user.uid, user.gid);
  const as = { ...user, cwd: home, stdio: ['pipe', 'ignore', 'pipe'] };
  const texts = ['--encoding=UTF8', '--locale=C'];
  execFileSync(
    initdb,
    ['--no-sync', '-D', cluster, '-U', ROLE, ...texts, '--auth=scram-sha-256', `--pwfile=${fresh}`],
    as,
  );
  execFileSync(postgres, ['--single', '-D', cluster, 'postgres'], { ...as, input: `CREATE DATABASE ${DATABASE};\n` });
  renameSync(fresh, join(home, 'password'));
}

/**
 * Removes a postmaster.pid whose process id somebody else has by now. All other stale ones PostgreSQL judges better
 * itself: it alone can see whether a session of a dead server still holds the shared memory.
 */
function dropStalePidFile(cluster) {
  const file = join(cluster, 'postmaster.pid');
  const pid = pidIn(file);
  if (pid !== null && isAlive(pid) && !commandOf(pid).includes(cluster)) rmSync(file, { force: true });
}

/** The postmaster says in its pid file, on the eighth line, when it takes sessions. */
async function isReady(cluster, pid) {
  const file = join(cluster, 'postmaster.pid');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
