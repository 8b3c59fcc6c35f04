import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fetchNatsRelease, RELEASE } from './nats-release.mjs';

const run = promisify(execFile);
const EXE = process.platform === 'win32' ? '.exe' : '';

/** Older servers lack what the lanes are built on. */
const FLOOR = [2, 9, 10];

/** No way of finding or fetching a nats-server worked; the message ends with the one line to type. */
export class NoNatsServer extends Error {
  exitCode = 3;
  constructor(tried) {
    const remedy =
      process.platform === 'darwin'
        ? 'brew install nats-server'
        : process.platform === 'linux'
          ? 'sudo apt-get install nats-server'
          : `go install github.com/nats-io/nats-server/v2@v${RELEASE}`;
    super(
      `no nats-server ${FLOOR.join('.')} or newer:\n${tried.map((line) => `  ${line}`).join('\n')}\nType: ${remedy}`,
    );
    this.name = 'NoNatsServer';
  }
}

/**
 * Returns a nats-server that runs here: the one that NATS_SERVER_BIN names, one that is installed, the copy in
 * `cacheDir`, or else one that is fetched into `cacheDir` now: the official release, Debian's package unpacked without
 * root, or a build from source.
 *
 * @param {object} options
 * @param {string} options.cacheDir
 * @param {(line: string) => void} [options.say] hears what takes long
 * @throws {NoNatsServer} with one exact line to type, and exit code 3.
 */
export async function findNatsServer({ cacheDir, say = () => undefined }) {
  const named = process.env['NATS_SERVER_BIN'];
  if (named) {
    const version = await versionOf(named);
    if (version) return { path: resolve(named), version, from: 'environment' };
    throw new NoNatsServer([`NATS_SERVER_BIN names ${named}, which is no nats-server, or too old`]);
  }
  const cached = join(resolve(cacheDir), 'bin', `nats-server${EXE}`);
  const installed = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin', '/usr/local/sbin'];
  for (const [from, paths] of [
    ['path', installed.map((dir) => join(dir, `nats-server${EXE}`))],
    ['cache', [cached]],
  ]) {
    for (const path of paths) {
      const version = existsSync(path) && (await versionOf(path));
      if (version) return { path, version, from };
    }
  }

  mkdirSync(join(resolve(cacheDir), 'bin'), { recursive: true });
  const tried = ['none on the PATH, none cached'];
  for (const [from, what, fetchInto] of [
    ['release', `the official release ${RELEASE}`, fetchNatsRelease],
    ['debian', "Debian's package", unpackDebianPackage],
    ['go', `go install, version ${RELEASE}`, buildWithGo],
  ]) {
    say(`nats-server: trying ${what}`);
    try {
      await fetchInto(cached, resolve(cacheDir));
      const version = await versionOf(cached);
      if (version) return { path: cached, version, from };
      tried.push(`${what}: does not run here, or is too old`);
    } catch (error) {
      tried.push(`${what}: ${oneLine(error)}`);
    }
  }
  throw new NoNatsServer(tried);
}

/** The version that a binary says it has; null when it does not run or is below the floor. */
async function versionOf(path) {
  try {
    accessSync(path, constants.X_OK);
    const { stdout, stderr } = await run(path, ['--version'], { timeout: 20_000 });
    const numbers = /nats-server: v(\d+)\.(\d+)\.(\d+)/
      .exec(stdout + stderr)
      ?.slice(1)
      .map(Number);
    return numbers && !isBelow(numbers, FLOOR) ? numbers.join('.') : null;
  } catch {
    return null; // Not ours to judge why: the next place is tried, and the list of places is what a person gets.
  }
}

function isBelow(a, b) {
  const first = a.findIndex((number, i) => number !== b[i]);
  return first !== -1 && a[first] < b[first];
}

/** Unpacks Debian's package beside the cached copy. Where the system's package list is empty, a private one is fetched. */
async function unpackDebianPackage(target, cacheDir) {
  const work = mkdtempSync(join(cacheDir, 'apt-')); // Two starts may look for a server at the same time.
  for (const dir of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, dir), { recursive: true });
  const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  const ownLists = ['-o', `Dir::State::Lists=${work}/lists`, '-o', `Dir::Cache=${work}/cache`];
  const apt = (args) => run('apt-get', ['-q', ...sandbox, ...args], { cwd: work, timeout: 120_000 });
  try {
    try {
      await apt(['download', 'nats-server']);
    } catch {
      await apt([...ownLists, 'update']);
      await apt([...ownLists, 'download', 'nats-server']);
    }
    const deb = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (!deb) throw new Error('apt-get downloaded nothing');
    await run('dpkg', ['-x', join(work, deb), join(work, 'root')], { timeout: 60_000 });
    renameSync(join(work, 'root/usr/sbin/nats-server'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function buildWithGo(target, cacheDir) {
  const bin = join(cacheDir, 'bin');
  await run('go', ['install', `github.com/nats-io/nats-server/v2@v${RELEASE}`], {
    env: { ...process.env, GOBIN: bin },
    timeout: 300_000,
  });
  if (!existsSync(target)) throw new Error(`go left nothing at ${target}`);
}

const oneLine = (error) =>
  String(error.stderr?.trim() || error.message)
    .trim()
    .split('\n')
    .at(-1)
    .slice(0, 200);
