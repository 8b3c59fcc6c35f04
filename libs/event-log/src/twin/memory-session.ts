import type { WallClock } from '../liveness/wall-clock.ts';

/** An error as PostgreSQL tells it: by its code. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const CONNECTION_LOST = '08006';
const LOCK_NOT_AVAILABLE = '55P03';
const IDLE_IN_TRANSACTION = '25P03';

/** The limits that every session of this system sets on the server's side. */
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 3_000;

type Waiter = { readonly session: MemorySession; readonly grant: () => void };

/** Row locks, first come first served. */
export class RowLocks {
  readonly #held = new Map<string, { holder: MemorySession; readonly waiting: Waiter[] }>();
  readonly #time: WallClock;

  constructor(time: WallClock) {
    this.#time = time;
  }

  /** How many wait for a row that another session holds. */
  get waiting(): number {
    return [...this.#held.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** Waits until `session` holds `row`. @throws {ServerFault} when that takes longer than the server allows. */
  async take(row: string, session: MemorySession): Promise<void> {
    const lock = this.#held.get(row);
    if (lock === undefined) {
      this.#held.set(row, { holder: session, waiting: [] });
      return;
    }
    if (lock.holder === session) return;
    await new Promise<void>((resolve, reject) => {
      const cancel = this.#time.after(LOCK_TIMEOUT_MS, () => {
        lock.waiting.splice(lock.waiting.indexOf(waiter), 1);
        reject(new ServerFault(LOCK_NOT_AVAILABLE, `canceling statement due to lock timeout on ${row}`));
      });
      const waiter: Waiter = {
        session,
        grant: () => {
          cancel();
          resolve();
        },
      };
      lock.waiting.push(waiter);
    });
  }

  releaseAll(session: MemorySession): void {
    for (const [row, lock] of [...this.#held]) {
      if (lock.holder !== session) continue;
      const next = this.#nextWaiter(lock.waiting);
      if (next === undefined) this.#held.delete(row);
      else {
        lock.holder = next.session;
        next.grant();
      }
    }
  }

  #nextWaiter(waiting: Waiter[]): Waiter | undefined {
    for (;;) {
      const next = waiting.shift();
      if (next === undefined || next.session.isOpen) return next;
    }
  }
}

/**
 * One session: its locks, and what it will have written once it commits. Nobody sees anything of it before, itself
 * included; the log never reads what it has written in the same transaction.
 */
export class MemorySession {
  readonly owner: string;
  readonly #locks: RowLocks;
  readonly #time: WallClock;
  readonly #onEnd: (session: MemorySession) => void;
  readonly #writes: (() => void)[] = [];
  #broken: ServerFault | null = null;
  #isOpen = true;
  #cancelIdle: () => void = () => undefined;

  constructor(options: {
    readonly owner: string;
    readonly locks: RowLocks;
    readonly time: WallClock;
    readonly onEnd: (session: MemorySession) => void;
  }) {
    this.owner = options.owner;
    this.#locks = options.locks;
    this.#time = options.time;
    this.#onEnd = options.onEnd;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  lock(row: string): Promise<void> {
    return this.#locks.take(row, this);
  }

  /** Remembers a write for the commit. */
  write(apply: () => void): void {
    this.#writes.push(apply);
  }

  /** Runs one statement of the transaction; between statements the server does not wait for ever. */
  async statement<Result>(work: (session: MemorySession) => Result | Promise<Result>): Promise<Result> {
    this.#cancelIdle();
    this.#refuseBroken();
    const result = await work(this);
    this.#refuseBroken();
    this.#cancelIdle = this.#time.after(IDLE_IN_TRANSACTION_MS, () => {
      this.abort(new ServerFault(IDLE_IN_TRANSACTION, 'terminating connection due to idle-in-transaction timeout'));
    });
    return result;
  }

  commit(): void {
    this.#refuseBroken();
    for (const apply of this.#writes.splice(0)) apply();
    this.#end();
  }

  rollback(): void {
    this.#end();
  }

  /** Ends the session from the server's side; the next statement hears why. */
  abort(because: ServerFault): void {
    if (!this.#isOpen) return;
    this.#broken = because;
    this.#end();
  }

  #refuseBroken(): void {
    if (this.#broken !== null) throw this.#broken;
  }

  #end(): void {
    this.#isOpen = false;
    this.#writes.length = 0;
    this.#cancelIdle();
    this.#locks.releaseAll(this);
    this.#onEnd(this);
  }
}
