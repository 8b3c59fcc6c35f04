import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process of this id exists, ours or not. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A dead process that nobody has waited for (an orphan in a container without an init) counts as gone. */
function isZombie(pid) {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && / Z /.test(readFileSync(stat, 'utf8').replace(/^.*\)/s, ')'));
}

/** The command line of a process, or '' where there is none: an id alone may long belong to somebody else. */
export function commandOf(pid) {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Reads a process id from the first line of a file; null where there is no such file or no number in it. */
export function pidIn(file) {
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** Waits until the process is gone; false when it outlives the deadline. */
export async function gone(pid, deadlineMs) {
  const until = performance.now() + deadlineMs;
  while (isAlive(pid)) {
    if (performance.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/** Asks a process to end by one signal after the other, waiting `patienceMs` for each to work; the last resort is SIGKILL. */
export async function end(pid, signals, patienceMs = 10_000) {
  for (const signal of [...signals, 'SIGKILL']) {
    if (!isAlive(pid)) return;
    signalTo(pid, signal);
    if (await gone(pid, patienceMs)) return;
  }
}

/** Sends a signal; a process that has just ended is no error. */
export function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
