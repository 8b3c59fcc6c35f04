import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandOf, end, isAlive } from '../../libs/local-servers/src/index.mjs';
import { RUN_FILE } from './paths.mjs';
import { CannotStart } from './say.mjs';

/** By this a process is known to be a start, and not somebody who got its id later. */
const MARK = 'tools/start.mjs';

/** What the run file says, as long as its run lives; null when nothing runs. */
export function readRun() {
  const run = read();
  return run && isAlive(run.pid) && commandOf(run.pid).includes(MARK) ? run : null;
}

/**
 * Takes the data folder for this process. Services that a killed start has left behind are ended first: they notice by
 * themselves, but need a moment.
 */
export async function takeRunFile() {
  mkdirSync(dirname(RUN_FILE), { recursive: true });
  const running = readRun();
  if (running) {
    throw new CannotStart(
      `Tocsin is running already (process ${running.pid}): ${running.api ?? 'it is just starting'}\n` +
        `Stop it there with Ctrl-C, or start another one with TOCSIN_DATA=<another folder>.`,
    );
  }
  for (const { pid, mark } of read()?.processes ?? []) {
    if (mark && commandOf(pid).includes(mark)) await end(pid, ['SIGTERM']);
  }
  rmSync(RUN_FILE, { force: true });
  try {
    writeFileSync(RUN_FILE, JSON.stringify({ pid: process.pid }), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new CannotStart('Somebody else has just started Tocsin on this data folder.', 1, { cause: error });
  }
}

/** Writes down what runs, for a second start, for `--memory`, and for whoever wants to look into the database. */
export function writeRun(facts) {
  writeFileSync(RUN_FILE, `${JSON.stringify({ pid: process.pid, ...facts }, null, 2)}\n`, { mode: 0o600 });
}

export const dropRunFile = () => rmSync(RUN_FILE, { force: true });

function read() {
  try {
    return JSON.parse(readFileSync(RUN_FILE, 'utf8'));
  } catch {
    return null; // There is none, or a start was killed while it wrote: nothing to go by either way.
  }
}
