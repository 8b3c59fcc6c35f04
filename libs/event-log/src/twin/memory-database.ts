import type { Instant } from '@tocsin/domain-kit';
import type { JournalEntry } from '../journal/journal.ts';
import type { LaneRow } from '../lane/lane-row.ts';
import { chainStart } from '../lane/chain.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Checkpoint } from '../step/checkpoint-store.ts';
import type { TimerRow } from '../step/entity-store.ts';
import type { ParkedMessage } from '../step/parking.ts';
import { CONNECTION_LOST, MemorySession, RowLocks, ServerFault } from './memory-session.ts';

/** The lease columns of a row. */
export type LeaseColumns = { holder: string | null; boot: string | null; fence: number; leaseUntilMs: number | null };

export type JournalRow = JournalEntry & { readonly insertId: number; position: number | null; chain: Buffer | null };

type Mutable<Row> = { -readonly [Column in keyof Row]: Row[Column] };

/** The tables of one service in memory, with what a transaction means to them: all or nothing, and row locks. */
export class MemoryDatabase {
  readonly time: WallClock;
  readonly lane: Mutable<LaneRow>;
  readonly leases = new Map<string, LeaseColumns>();
  readonly journal: JournalRow[] = [];
  readonly checkpoints = new Map<string, Checkpoint>();
  readonly entities = new Map<string, { readonly type: string; readonly key: string; version: number; json: string }>();
  readonly timers = new Map<string, TimerRow>();
  readonly handled = new Map<string, number>();
  readonly parked: ParkedMessage[] = [];
  serviceTime: Instant | null = null;
  readonly #locks: RowLocks;
  readonly #sessions = new Set<MemorySession>();
  #insertId = 0;
  #unnumberedFrom = 0;

  constructor(options: {
    readonly time: WallClock;
    readonly lane: string;
    readonly laneId: string;
    readonly consumer: string;
  }) {
    const { time, lane, laneId, consumer } = options;
    this.time = time;
    this.#locks = new RowLocks(time);
    this.lane = {
      name: lane,
      lane_id: laneId,
      position: 0,
      chain: chainStart(laneId),
      last_event_id: null,
      published: 0,
    };
    for (const row of [`lane:${lane}`, `consumer:${consumer}`])
      this.leases.set(row, { holder: null, boot: null, fence: 0, leaseUntilMs: null });
  }

  /** Opens a session for `owner`, who is a process. */
  begin(owner: string): MemorySession {
    const session = new MemorySession({
      owner,
      locks: this.#locks,
      time: this.time,
      onEnd: (ended) => this.#sessions.delete(ended),
    });
    this.#sessions.add(session);
    return session;
  }

  /** The server notices that a process is gone, or goes itself: open transactions have not happened. */
  abort(owner?: string): void {
    for (const session of [...this.#sessions])
      if (owner === undefined || session.owner === owner)
        session.abort(new ServerFault(CONNECTION_LOST, 'server closed the connection unexpectedly'));
  }

  /** How many transactions are open. */
  get open(): number {
    return this.#sessions.size;
  }

  /** How many of them wait for a row. */
  get blocked(): number {
    return this.#locks.waiting;
  }

  /** Insert ids are given when a row is inserted, whether or not it is ever committed. */
  nextInsertId(): number {
    this.#insertId += 1;
    return this.#insertId;
  }

  /** Committed rows without a position, in the order of their insertion. */
  unnumbered(limit: number): readonly JournalRow[] {
    while (this.journal[this.#unnumberedFrom]?.position != null) this.#unnumberedFrom += 1;
    return this.journal
      .slice(this.#unnumberedFrom)
      .filter(({ position }) => position === null)
      .sort((a, b) => a.insertId - b.insertId)
      .slice(0, limit);
  }
}
