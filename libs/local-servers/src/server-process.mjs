import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, end, pidIn } from './processes.mjs';

/**
 * Waits, in a shell of a few hundred kilobytes, until the pipe from the process that started the server closes, which
 * happens however that process ends; then ends the server, if that id still is that server.
 */
const KEEPER = `
trap '' INT TERM HUP
read -r _
sleep "$4"
if [ -d /proc/self ]; then args=$(tr '\\0' ' ' < "/proc/$1/cmdline"); else args=$(ps -o args= -p "$1"); fi 2>/dev/null
case "$args" in *"$2"*) kill -s "$3" "$1" ;; esac
`;

/**
 * Starts a server in a process group of its own, so that the Ctrl-C of a terminal reaches it only through its owner,
 * and returns when it answers.
 *
 * @param {object} plan
 * @param {string} plan.name what to call it in an error
 * @param {string} plan.command
 * @param {string[]} plan.args hold `plan.mark`, by which a process is known again
 * @param {string} plan.mark a path that no other process has in its command line
 * @param {NodeJS.Signals[]} plan.stopSignals in order of politeness
 * @param {(pid: number) => Promise<boolean>} plan.answers whether this very process takes requests
 * @param {string} plan.logFile
 * @param {number} [plan.orphanGraceS] seconds from the owner's death to the server's, for others who still drain
 * @param {{ uid?: number, gid?: number, cwd?: string, env?: NodeJS.ProcessEnv }} [plan.as]
 */
export async function startServerProcess(plan) {
  mkdirSync(dirname(plan.logFile), { recursive: true });
  const log = openSync(plan.logFile, 'a');
  const child = spawn(plan.command, plan.args, { ...plan.as, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  child.unref();
  let ended = null;
  void exited.then((how) => (ended = how));

  const until = performance.now() + 30_000;
  while (!child.pid || !(await plan.answers(child.pid))) {
    if (ended ?? performance.now() > until) {
      if (!ended) await end(child.pid, []);
      throw new ServerDidNotStart(plan, ended, tailOf(plan.logFile));
    }
    await sleep(15);
  }
  const keeper = keep(child.pid, plan);

  const finish = async (signals) => {
    keeper?.kill('SIGKILL');
    if (ended) return;
    child.ref();
    await end(child.pid, signals);
    await exited;
  };
  return { pid: child.pid, exited, stop: () => finish(plan.stopSignals), kill: () => finish([]) };
}

/** A server ended, or stayed silent, before it answered; the message ends with the last lines of its own log. */
export class ServerDidNotStart extends Error {
  constructor({ name, logFile }, ended, logTail) {
    const how = ended ? `ended (${ended.error?.message ?? ended.signal ?? ended.code})` : 'did not answer in 30 s';
    super(`${name} ${how}; the end of ${logFile}:\n${logTail}`);
    this.name = 'ServerDidNotStart';
    this.logTail = logTail;
  }
}

/** Ends the server that an owner who was killed has left behind, known by its pid file and its command line. */
export async function endLeftover(pidFile, mark, stopSignals) {
  const pid = pidIn(pidFile);
  if (pid === null || !commandOf(pid).includes(mark)) return false;
  await end(pid, stopSignals);
  return true;
}

function keep(pid, { mark, stopSignals, orphanGraceS = 0 }) {
  if (process.platform === 'win32') return null;
  const signal = stopSignals[0].replace(/^SIG/, '');
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', String(pid), mark, signal, String(orphanGraceS)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const clearedUpByTheNextStart = () => undefined;
  keeper.on('error', clearedUpByTheNextStart); // A machine without a shell.
  keeper.stdin.on('error', clearedUpByTheNextStart);
  keeper.stdin.unref();
  keeper.unref();
  return keeper;
}

const tailOf = (file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
