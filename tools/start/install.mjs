import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './paths.mjs';
import { CannotStart } from './say.mjs';

const run = promisify(execFile);
const LOUD = 64 * 1024 * 1024;

/** Installs with `npm ci` unless what is installed is what the lock file asks for. */
export async function install(say) {
  if (isInstalled()) return;
  say('Installing packages (npm ci) …');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  try {
    await run(command, [...args, 'ci', '--no-audit', '--no-fund'], { cwd: ROOT, maxBuffer: LOUD });
  } catch (error) {
    throw new CannotStart(`npm ci failed:\n${(error.stderr || error.message).trim()}`);
  }
}

/** npm leaves a lock file of what it really installed; packages for other platforms are not in it. */
function isInstalled() {
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const asked = packagesOf(join(ROOT, 'package-lock.json'));
  const there = packagesOf(installed);
  return Object.entries(asked).every(([path, { version, link, optional, devOptional, peer }]) => {
    if (!path.includes('node_modules/') || optional || devOptional || peer) return true;
    return link ? existsSync(join(ROOT, path)) : there[path]?.version === version;
  });
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Compiles what has changed since it was compiled; the compiler itself knows what that is. */
export async function build(say) {
  if (!existsSync(join(ROOT, 'tools/dist/src/setup.js'))) say('Compiling …');
  try {
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'tools'], {
      cwd: ROOT,
      maxBuffer: LOUD,
    });
  } catch (error) {
    throw new CannotStart(`the sources do not compile:\n${(error.stdout || error.message).trim()}`);
  }
}
