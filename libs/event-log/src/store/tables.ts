import type { ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { JournalEntry, NumberedEntry, UnnumberedEntry } from '../journal/journal.ts';
import type { LaneRow } from '../lane/lane-row.ts';
import type { LeaseClaim } from '../lane/lease-row.ts';
import type { Sql } from '../postgres/sql.ts';
import type { Checkpoint } from '../step/checkpoint-store.ts';
import type { HandledCommand } from '../step/command-store.ts';
import type { EntityId, EntityRow, EntityWrite, TimerId, TimerRow } from '../step/entity-store.ts';
import type { ParkedId, ParkedMessage } from '../step/parking.ts';

/** Everything that a step of entities writes, but for its checkpoint; written together or not at all. */
export type StepWrites = {
  readonly entities: readonly EntityWrite[];
  readonly timersSet: readonly TimerRow[];
  readonly timersCancelled: readonly TimerId[];
  readonly journal: readonly JournalEntry[];
  readonly parked: readonly ParkedMessage[];
  /** Messages that were parked and have been applied. */
  readonly unparked: readonly ParkedId[];
  readonly handled: readonly HandledCommand[];
};

/**
 * What the log keeps for one service, as it is asked for: set-based, a method for each question. In a transaction, what
 * only sends returns while its writes may still be on their way; that they failed is told when the transaction ends.
 * Questions of a transaction that do not wait for each other are answered in the order in which they were asked.
 */
export interface Tables {
  /** The service's own tables: what local models and read models are written with. */
  readonly sql: Sql;

  /** Takes a lease that is free, expired or this instance's own. Returns its new fence; null when another holds it. */
  takeLease(claim: LeaseClaim): Promise<number | null>;
  /** Returns false when the lease is no longer this process's. */
  renewLease(claim: LeaseClaim, fence: number): Promise<boolean>;
  /** Locks the row and proves, inside the transaction, that the lease is still ours. */
  confirmLease(claim: LeaseClaim, fence: number | null): Promise<boolean>;
  releaseLease(claim: LeaseClaim, fence: number): Promise<void>;

  readLane(lane: string): Promise<LaneRow>;
  /** Records up to where the log holds everything; only for the process that was last given the lane. */
  writeMark(lane: string, boot: string, position: number): Promise<void>;
  /** Committed entries without a position, in the order of their insertion, at most `limit`. */
  readUnnumbered(limit: number): Promise<readonly UnnumberedEntry[]>;
  /** Sends: gives entries their positions and moves the head of the lane there. */
  writePositions(lane: string, entries: readonly (UnnumberedEntry & NumberedEntry)[]): Promise<void>;
  /** Numbered entries from `position` on, in order, at most `limit`. */
  readJournal(position: number, limit: number): Promise<readonly NumberedEntry[]>;

  /** Where the consumer stands on each lane; one that it never heard starts at its beginning. */
  openCheckpoints(
    consumer: string,
    lanes: ReadonlyMap<ServiceName, string>,
  ): Promise<ReadonlyMap<ServiceName, Checkpoint>>;
  /** Moves a checkpoint from where it is believed to be; false when it was not there: then nothing may commit. */
  moveCheckpoint(consumer: string, lane: ServiceName, from: Checkpoint, to: Checkpoint): Promise<boolean>;
  /** Sends. */
  writeServiceTime(consumer: string, time: Instant): Promise<void>;
  /** The service's time as of its last step; null before its first. */
  readServiceTime(consumer: string): Promise<Instant | null>;

  /** Loads and locks entities; those that were never written are left out. */
  loadEntities(ids: readonly EntityId[]): Promise<readonly EntityRow[]>;
  /** The timers of entities, fired ones too. */
  loadTimersOf(ids: readonly EntityId[]): Promise<readonly TimerRow[]>;
  /** Timers that are due at `horizon` and have not fired, earliest first, at most `limit`. */
  loadDueTimers(horizon: Instant, limit: number): Promise<readonly TimerRow[]>;
  /** The next moment that any entity waits for. */
  nextDueAt(): Promise<Instant | null>;
  /** Which of `ids` have had their outcome. */
  findHandled(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The newest handled requests by sequence. */
  newestHandled(limit: number): Promise<readonly HandledCommand[]>;
  /** The keys that stand still, with how many messages wait under each. */
  loadParkedKeys(): Promise<ReadonlyMap<string, number>>;
  /** The messages that wait under any of the keys, in the order in which they came, at most `limit`. */
  loadParked(parkKeys: readonly string[], limit: number): Promise<readonly ParkedMessage[]>;
  /** Sends. @throws {ContractViolation} at once, when an entry could never be published. */
  writeStep(writes: StepWrites): Promise<void>;
}

/** What the log keeps for one service. There are two: PostgreSQL, and the twin that simulations run on. */
export interface Store extends Tables {
  /**
   * Runs `work` in one transaction and commits it; does it again on a conflict. Anything else rolls back and is thrown
   * as it came.
   */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
}
