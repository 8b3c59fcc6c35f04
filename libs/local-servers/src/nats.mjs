import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { canSyncAlways, findNatsServer } from './find-nats.mjs';
import { isFree } from './free-port.mjs';
import { endLeftover, startServerProcess } from './server-process.mjs';

const STOP_SIGNALS = ['SIGTERM'];

/**
 * Starts a nats-server with JetStream on the loopback address, its files under `dir`, and returns when JetStream answers.
 * A server that was left behind on the same `dir` is ended first: two of them on one store would ruin it.
 *
 * @param {object} options
 * @param {string} options.dir
 * @param {number} [options.port] a free one by default
 * @param {number} [options.preferredPort] taken where it is free
 * @param {string} [options.config] further lines of nats-server configuration
 * @param {string} [options.bin] by default the one that TOCSIN_NATS_SERVER names, else what `findNatsServer` finds
 * @param {'always'} [options.sync] have every message on the disk before it is acknowledged, where the server can; by
 *   default as TOCSIN_NATS_SYNC says, else at the server's own leisure, for nothing here depends on it
 * @param {number} [options.orphanGraceS]
 */
export async function startNats({ dir, port, preferredPort, config = '', bin, sync, orphanGraceS }) {
  const home = resolve(dir);
  const server = bin ?? process.env['TOCSIN_NATS_SERVER'] ?? (await findNatsServer({ cacheDir: home })).path;
  const configFile = join(home, 'nats-server.conf');
  const pidFile = join(home, 'nats-server.pid');
  mkdirSync(home, { recursive: true });
  await endLeftover(pidFile, configFile, STOP_SIGNALS);
  for (const name of readdirSync(home)) if (name.endsWith('.ports')) rmSync(join(home, name));
  const isPreferredFree = preferredPort !== undefined && (await isFree(preferredPort));
  const asked = port ?? (isPreferredFree ? preferredPort : ANY_PORT);
  const isSynced = (sync ?? process.env['TOCSIN_NATS_SYNC']) === 'always' && (await canSyncAlways(server));
  writeFileSync(configFile, configuration(home, asked, { isSynced, more: config }));

  const running = await startServerProcess({
    name: 'nats-server',
    command: server,
    args: ['--config', configFile, '--pid', pidFile],
    mark: configFile,
    stopSignals: STOP_SIGNALS,
    answers: async (pid) => {
      const listening = portOf(home, pid);
      return listening !== null && (await answersJetStream(listening));
    },
    logFile: join(home, 'nats-server.log'),
    orphanGraceS,
  });
  const chosen = portOf(home, running.pid);
  return { ...running, port: chosen, url: `nats://127.0.0.1:${chosen}` };
}

/** The server chooses one itself, and writes it to its ports file: nobody can take it in between. */
const ANY_PORT = -1;

/** A larger payload than an event may have is refused by the stream; the server's own limit leaves room for headers. */
const configuration = (home, port, { isSynced, more }) => `server_name: tocsin
host: 127.0.0.1
port: ${port}
max_payload: 1MB
ports_file_dir: ${JSON.stringify(home)}
jetstream { store_dir: ${JSON.stringify(join(home, 'jetstream'))}${isSynced ? ', sync_interval: always' : ''} }
${more}
`;

/** The port that the process listens on; null before it does. */
function portOf(home, pid) {
  const file = join(home, `nats-server_${pid}.ports`);
  if (!existsSync(file)) return null;
  const url = /nats:\/\/[^"]*:(\d+)"/.exec(readFileSync(file, 'utf8'));
  return url && Number(url[1]);
}

/** Asks for JetStream's account over the plain protocol: a port that listens is not yet a log that answers. */
function answersJetStream(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => {
      socket.write('CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n');
      socket.write('SUB _INBOX.ready 1\r\nPUB $JS.API.INFO _INBOX.ready 0\r\n\r\n');
    });
    socket.on('data', (bytes) => {
      heard += bytes;
      if (heard.includes('io.nats.jetstream.api.v1.account_info_response')) finish(!heard.includes('"error":{'));
      else if (/\r\nHMSG |-ERR/.test(heard)) finish(false);
    });
  });
}
