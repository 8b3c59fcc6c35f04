import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fetchNatsRelease, RELEASE } from './nats-release.mjs';

const run = promisify(execFile);
const EXE = process.platform === 'win32' ? '.exe' : '';

/** Older servers lack what the lanes are built on. */
const FLOOR = [2, 9, 10];

/**
 * Which server is looked for. Any that will do; or, for tests that must pass on both, the oldest and one of the kind
 * that production runs. `ways` are the ways to fetch one, cheapest first; `release` is what is built from source.
 */
const EDITIONS = {
  any: {
    wanted: `${FLOOR.join('.')} or newer`,
    accepts: (numbers) => !isBelow(numbers, FLOOR),
    dir: 'bin',
    release: RELEASE,
    ways: ['release', 'debian', 'go'],
  },
  floor: {
    wanted: `${FLOOR.slice(0, 2).join('.')}, the oldest`,
    accepts: (numbers) => !isBelow(numbers, FLOOR) && isBelow(numbers, [2, 10, 0]),
    dir: 'bin-floor',
    release: FLOOR.join('.'),
    ways: ['debian', 'go'],
  },
  current: {
    wanted: '2.12 or newer',
    accepts: (numbers) => !isBelow(numbers, [2, 12, 0]),
    dir: 'bin-current',
    release: RELEASE,
    ways: ['release', 'go'],
  },
};

/** No way of finding or fetching a nats-server worked; the message ends with the one line to type. */
export class NoNatsServer extends Error {
  exitCode = 3;
  constructor(tried, edition = EDITIONS.any) {
    const fromSource = `go install github.com/nats-io/nats-server/v2@v${edition.release}`;
    const packaged = { darwin: 'brew install nats-server', linux: 'sudo apt-get install nats-server' };
    const remedy = (edition === EDITIONS.any && packaged[process.platform]) || fromSource;
    super(`no nats-server ${edition.wanted}:\n${tried.map((line) => `  ${line}`).join('\n')}\nType: ${remedy}`);
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
 * @param {'any' | 'floor' | 'current'} [options.edition]
 * @param {(line: string) => void} [options.say] hears what takes long
 * @throws {NoNatsServer} with one exact line to type, and exit code 3.
 */
export async function findNatsServer({ cacheDir, edition: editionName = 'any', say = () => undefined }) {
  const edition = EDITIONS[editionName];
  const fitting = async (path) => {
    const numbers = await numbersOf(path);
    return numbers !== null && edition.accepts(numbers) ? numbers.join('.') : null;
  };
  const named = process.env['NATS_SERVER_BIN'];
  if (named) {
    const version = await fitting(named);
    if (version) return { path: resolve(named), version, from: 'environment' };
    // One that is named for both editions can only be one of them.
    if (edition === EDITIONS.any)
      throw new NoNatsServer([`NATS_SERVER_BIN names ${named}, which is no nats-server, or too old`]);
  }
  const home = join(resolve(cacheDir), edition.dir);
  const cached = join(home, `nats-server${EXE}`);
  const installed = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin', '/usr/local/sbin'];
  for (const [from, paths] of [
    ['path', installed.map((dir) => join(dir, `nats-server${EXE}`))],
    ['cache', [cached]],
  ]) {
    for (const path of paths) {
      const version = existsSync(path) && (await fitting(path));
      if (version) return { path, version, from };
    }
  }

  mkdirSync(home, { recursive: true });
  const tried = ['none on the PATH, none cached'];
  for (const from of edition.ways) {
    const [what, fetchInto] = WAYS[from];
    say(`nats-server ${edition.wanted}: trying ${what}`);
    try {
      await fetchInto(cached, { cacheDir: resolve(cacheDir), release: edition.release });
      const version = await fitting(cached);
      if (version) return { path: cached, version, from };
      tried.push(`${what}: does not run here, or is another version`);
    } catch (error) {
      tried.push(`${what}: ${oneLine(error)}`);
    }
  }
  throw new NoNatsServer(tried, edition);
}

/** Whether a server can be told to have every message on the disk before it acknowledges it. */
export async function canSyncAlways(path) {
  const numbers = await numbersOf(path);
  return numbers !== null && !isBelow(numbers, [2, 10, 0]);
}

/** The version that a binary says it has; null when it does not run. */
async function numbersOf(path) {
  try {
    accessSync(path, constants.X_OK);
    const { stdout, stderr } = await run(path, ['--version'], { timeout: 20_000 });
    const numbers = /nats-server: v(\d+)\.(\d+)\.(\d+)/
      .exec(stdout + stderr)
      ?.slice(1)
      .map(Number);
    return numbers ?? null;
  } catch {
    return null; // Not ours to judge why: the next place is tried, and the list of places is what a person gets.
  }
}

function isBelow(a, b) {
  const first = a.findIndex((number, i) => number !== b[i]);
  return first !== -1 && a[first] < b[first];
}

/** Unpacks Debian's package beside the cached copy. Where the system's package list is empty, a private one is fetched. */
async function unpackDebianPackage(target, { cacheDir }) {
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

/** Builds a release from source. Where Go puts itself is not always on the PATH. */
async function buildWithGo(target, { release }) {
  const PATH = [process.env['PATH'], '/usr/local/go/bin'].join(delimiter);
  await run('go', ['install', `github.com/nats-io/nats-server/v2@v${release}`], {
    env: { ...process.env, PATH, GOBIN: dirname(target) },
    timeout: 600_000,
  });
  if (!existsSync(target)) throw new Error(`go left nothing at ${target}`);
}

const WAYS = {
  release: [`the official release ${RELEASE}`, fetchNatsRelease],
  debian: ["Debian's package", unpackDebianPackage],
  go: ['a build from source', buildWithGo],
};

const oneLine = (error) =>
  String(error.stderr?.trim() || error.message)
    .trim()
    .split('\n')
    .at(-1)
    .slice(0, 200);
