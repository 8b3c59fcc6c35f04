import { Worker } from 'node:worker_threads';

/** Called by a loop on every turn; a loop that stops calling ends its process. */
export type Beat = () => void;

/** A loop that has not beaten for this long is stuck: every await has a deadline of at most 5 s. */
export const STUCK_AFTER_MS = 8_000;

/** Bytes per loop: one 64-bit count of milliseconds. */
const SLOT_BYTES = 8;
const LOOPS_MAX = 16;

/** Set instead of a moment while a loop has ended in order. */
const RETIRED = 0n;

/**
 * Ends the process when one of its loops has not beaten for 8 s. It watches from a thread of its own, so that a main
 * thread that never comes back is noticed too; the supervisor starts the process again.
 */
export class Watchdog {
  readonly #beats = new BigInt64Array(new SharedArrayBuffer(LOOPS_MAX * SLOT_BYTES));
  readonly #names: string[] = [];
  #worker: Worker | null = null;

  /** Returns the beat of a new loop. It counts as beating from now on. */
  watch(name: string): Beat {
    const slot = this.#names.push(name) - 1;
    if (slot >= LOOPS_MAX) throw new RangeError(`a process has at most ${LOOPS_MAX} loops`);
    const beat = () => {
      Atomics.store(this.#beats, slot, BigInt(Date.now()));
    };
    beat();
    return beat;
  }

  /** Starts watching what was registered. */
  start(): void {
    this.#worker = new Worker(WATCH, {
      eval: true,
      workerData: { beats: this.#beats, names: this.#names, stuckAfterMs: STUCK_AFTER_MS, pid: process.pid },
    });
    this.#worker.unref();
  }

  async stop(): Promise<void> {
    for (let slot = 0; slot < LOOPS_MAX; slot += 1) Atomics.store(this.#beats, slot, RETIRED);
    await this.#worker?.terminate();
    this.#worker = null;
  }
}

/**
 * Runs in the worker. Both sides read the same wall clock; when it jumps, or the whole process was stopped, the thread's
 * own turn is late too, and everyone gets a fresh start instead of a verdict.
 */
const WATCH = `
const { workerData: { beats, names, stuckAfterMs, pid } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
let turnAt = Date.now();
setInterval(() => {
  const now = Date.now();
  const isLate = Math.abs(now - turnAt - 1000) > 2000;
  turnAt = now;
  for (let slot = 0; slot < names.length; slot += 1) {
    const beatAt = Number(Atomics.load(beats, slot));
    if (beatAt === 0) continue;
    if (isLate) { Atomics.store(beats, slot, BigInt(now)); continue; }
    if (now - beatAt > stuckAfterMs) {
      writeSync(2, JSON.stringify({ level: 60, time: now, pid, msg: 'loop ' + names[slot] + ' has not beaten for ' + (now - beatAt) + ' ms; ending the process' }) + '\\n');
      process.kill(pid, 'SIGKILL');
    }
  }
}, 1000);
`;
