import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end } from '../../libs/local-servers/src/index.mjs';
import { LOGS, ROOT } from './paths.mjs';
import { CannotStart } from './say.mjs';

/** What a service says when a person has to mend something first: starting it again would not help. */
const EXIT_MISCONFIGURED = 78;

const BACK_OFF_FIRST_MS = 500;
const BACK_OFF_MAX_MS = 10_000;
/** A process that lived this long is forgiven its earlier deaths. */
const FORGIVEN_AFTER_MS = 60_000;
/** A service drains within 10 s, or ends itself. */
const DRAIN_MS = 12_000;

/**
 * Keeps processes running: starts one again when it dies, waiting twice as long each time, and ends them in order. Each
 * is in a process group of its own, so that a Ctrl-C reaches it through here, and each holds a channel to here, so that
 * it notices when this process is killed.
 */
export class Supervisor {
  #watched = [];
  #logs;
  #say;
  #onHopeless;
  #onChange;

  /**
   * @param {object} options
   * @param {(line: string) => void} options.say
   * @param {(why: string) => void} options.onHopeless
   * @param {() => void} options.onChange
   * @param {string} [options.logs] the folder for what the processes cry out
   */
  constructor({ say, onHopeless, onChange, logs = LOGS }) {
    this.#say = say;
    this.#onHopeless = onHopeless;
    this.#onChange = onChange;
    this.#logs = logs;
    mkdirSync(logs, { recursive: true });
  }

  /** @param {{ name: string, script: string, env: Record<string, string> }} plan */
  start(plan) {
    const watched = { plan, child: null, url: null, backOffMs: BACK_OFF_FIRST_MS, timer: null, isLeaving: false };
    this.#watched.push(watched);
    this.#spawn(watched);
  }

  /** The processes as they are now, each with what its command line holds. */
  get processes() {
    return this.#watched.flatMap(({ plan: { name, script }, child, url }) =>
      child?.pid ? [{ name, pid: child.pid, mark: script, url }] : [],
    );
  }

  /** Waits until each of these processes has said that it is open: a service says so once it has its place on the log. */
  async untilOpen(names, withinMs, signal) {
    const until = performance.now() + withinMs;
    for (const watched of this.#watched.filter(({ plan }) => names.includes(plan.name))) {
      while (watched.url === null) {
        signal.throwIfAborted();
        if (performance.now() > until)
          throw new CannotStart(`${watched.plan.name} did not open within ${withinMs / 1_000} s.`);
        await sleep(20);
      }
    }
  }

  /** Lets all of these processes drain at the same time, and returns when they are gone. */
  async stop(names) {
    const leaving = this.#watched.filter(({ plan }) => names.includes(plan.name));
    await Promise.all(
      leaving.map(async (watched) => {
        watched.isLeaving = true;
        clearTimeout(watched.timer);
        if (watched.child?.pid) await end(watched.child.pid, ['SIGTERM'], DRAIN_MS);
      }),
    );
    this.#watched = this.#watched.filter((watched) => !leaving.includes(watched));
  }

  #spawn(watched) {
    const { name, script, env } = watched.plan;
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, script)], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    watched.child = child;
    this.#onChange();
    let lastWords = '';
    child.stderr.on('data', (bytes) => {
      lastWords = (lastWords + bytes).slice(-4_000);
      appendFileSync(join(this.#logs, `${name}.stderr.log`), bytes);
    });
    child.on('message', ({ open, say }) => {
      if (say !== undefined) this.#say(say);
      if (open === undefined) return;
      watched.url = open;
      this.#onChange();
    });
    child.on('error', (error) => (lastWords += error.message));
    child.on('close', (code, signal) => {
      watched.child = null;
      watched.url = null;
      if (watched.isLeaving) return;
      if (code === EXIT_MISCONFIGURED) {
        this.#onHopeless(`${name} cannot start:\n${lastWords.trim()}`);
        return;
      }
      if (performance.now() - startedAt > FORGIVEN_AFTER_MS) watched.backOffMs = BACK_OFF_FIRST_MS;
      this.#say(
        `${name} ended (${signal ?? `code ${code}`}); starting it again in ${watched.backOffMs / 1_000} s${quoted(lastWords)}`,
      );
      watched.timer = setTimeout(() => this.#spawn(watched), watched.backOffMs);
      watched.backOffMs = Math.min(watched.backOffMs * 2, BACK_OFF_MAX_MS);
    });
  }
}

/** The lines of an outcry that name the trouble; where in the code it was is in the log. */
function quoted(words) {
  const lines = words.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  return lines
    .slice(-4)
    .map((line) => `\n  | ${line}`)
    .join('');
}
