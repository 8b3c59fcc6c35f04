import { streamOf, type ServiceName } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import type { NumberedEntry } from '../journal/journal.ts';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Beat } from '../liveness/watchdog.ts';
import { together } from '../postgres/in-flight.ts';
import type { Store } from '../store/tables.ts';
import type { Streams } from '../stream/streams.ts';
import { align, type Halt } from './alignment.ts';
import type { LaneRow } from './lane-row.ts';
import { Lease } from './lease.ts';
import { numbered, NUMBERED_AT_ONCE_MAX } from './numbering.ts';
import { Publisher } from './publisher.ts';
import { Signal } from './signal.ts';

export type RelayOptions = {
  readonly service: ServiceName;
  readonly laneId: string;
  readonly instance: string;
  readonly boot: string;
  readonly store: Store;
  readonly streams: Streams;
  readonly log: Log;
  readonly beat: Beat;
  readonly time: WallClock;
};

/** What is known of the lane from here. */
export type RelayHealth = {
  readonly isHolder: boolean;
  /** The last position given. */
  readonly position: number;
  /** The contiguous high-water mark of acknowledgements. */
  readonly published: number;
  readonly halt: Halt | null;
  /** Set while the log cannot be reached or aligned with, and nobody is needed. */
  readonly waitingFor: string | null;
  /** Positions that the log had acknowledged, lost, and was given again. */
  readonly tailLosses: number;
};

const IDLE_POLL_MS = 250;
const STANDBY_POLL_MS = 500;
const RENEW_EVERY_MS = 1_000;
const RECORD_EVERY_MS = 100;
/** An idle relay looks this often whether the log still ends where it left it: a stream may be lost while connected. */
const LOOK_EVERY_MS = 5_000;
const WINDOW_MAX = 2 * NUMBERED_AT_ONCE_MAX;
const ACKNOWLEDGEMENT_SILENCE_MS = 3_000;
const DRAIN_MAX_MS = 4_000;

/**
 * The one writer of a lane: numbers what was committed, publishes it in order, and records how far the log has it.
 * Whatever dies, it compares the log with the journal and goes on; where they contradict each other it halts.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #lease: Lease;
  readonly #publisher: Publisher;
  readonly #stream: string;
  readonly #work: Signal;
  #lane: LaneRow | null = null;
  #recorded = 0;
  #renewAt = 0;
  #recordAt = 0;
  #lookAt = 0;
  /** Counts how often the log may have become another while nobody looked; an alignment is about one of these times. */
  #reconnections = 0;
  #isAligned = false;
  /** Whether there may be entries that were committed and have no position; asking costs a transaction. */
  #mayHaveUnnumbered = true;
  #halt: Halt | null = null;
  #waitingFor: string | null = 'its first alignment';
  #tailLosses = 0;
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RelayOptions) {
    const { service, laneId, instance, boot, streams, time } = options;
    this.#options = options;
    this.#stream = streamOf(service);
    this.#work = new Signal(time);
    this.#lease = new Lease({ table: 'lane', name: this.#stream, instance, boot });
    this.#publisher = new Publisher({
      streams,
      laneId,
      windowMax: WINDOW_MAX,
      silenceMs: ACKNOWLEDGEMENT_SILENCE_MS,
      monotonicMs: time.monotonicMs,
    });
    this.#publisher.onProgress(() => {
      this.#work.raise();
    });
  }

  start(): void {
    this.#running = this.#run();
    // A server that was away may have come back without its tail, even where nothing was in flight.
    this.#options.streams.onReconnected(() => {
      this.#reconnections += 1;
      this.#isAligned = false;
      this.#work.raise();
    });
  }

  /** Says that something was committed to the journal. */
  nudge(): void {
    this.#mayHaveUnnumbered = true;
    this.#work.raise();
  }

  /** Publishes what is committed, gives the lease back, and ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.nudge();
    await this.#running;
    this.#publisher.close();
  }

  health(): RelayHealth {
    return {
      isHolder: this.#lease.isHeld,
      position: this.#lane?.position ?? 0,
      published: this.#publisher.acknowledged,
      halt: this.#halt,
      waitingFor: this.#waitingFor,
      tailLosses: this.#tailLosses,
    };
  }

  async #run(): Promise<void> {
    const { beat, time } = this.#options;
    let drainUntil = Number.POSITIVE_INFINITY;
    for (;;) {
      beat();
      if (this.#isStopping && drainUntil === Number.POSITIVE_INFINITY) drainUntil = time.monotonicMs() + DRAIN_MAX_MS;
      const didWork = await this.#guardedTurn();
      const isDrained = !didWork && this.#isAligned && this.#publisher.inFlight === 0;
      if (this.#isStopping && (isDrained || !this.#isAligned || time.monotonicMs() > drainUntil)) break;
      if (didWork) continue;
      const wasRaised = await this.#work.wait(this.#isAligned ? IDLE_POLL_MS : STANDBY_POLL_MS);
      if (!wasRaised) this.#mayHaveUnnumbered = true;
    }
    await this.#leave();
  }

  async #guardedTurn(): Promise<boolean> {
    try {
      return await this.#turn();
    } catch (error) {
      this.#isAligned = false;
      this.#mayHaveUnnumbered = true;
      this.#waitingFor = error instanceof Error ? error.message : String(error);
      this.#options.log.warn({ err: error, lane: this.#stream }, 'the relay waits and tries again');
      return false;
    }
  }

  /** One turn of the loop. Returns whether there may be more to do at once. */
  async #turn(): Promise<boolean> {
    if (!(await this.#holdsLease())) return false;
    const { disturbance } = this.#publisher;
    if (this.#isAligned && disturbance !== null) {
      this.#options.log.warn({ lane: this.#stream, ...disturbance }, 'the relay aligns with the log');
      this.#isAligned = false;
    }
    if (!this.#isAligned && !(await this.#align())) return false;
    this.#options.beat();
    await this.#record();
    this.#options.beat();
    if (!(await this.#findsLogAsLeft())) return true;
    if (this.#publisher.room < NUMBERED_AT_ONCE_MAX) return false;
    const entries = await this.#nextEntries();
    this.#publisher.publish(entries);
    return entries.length > 0;
  }

  async #holdsLease(): Promise<boolean> {
    const { store, time } = this.#options;
    const now = time.monotonicMs();
    if (this.#lease.isHeld && now < this.#renewAt) return true;
    const wasHeld = this.#lease.isHeld;
    const isHeld = await this.#lease.takeOrRenew(store, now);
    this.#renewAt = now + RENEW_EVERY_MS;
    if (!isHeld || !wasHeld) this.#isAligned = false;
    if (!isHeld) this.#waitingFor = 'the lease of the lane, which another instance holds';
    return isHeld;
  }

  async #align(): Promise<boolean> {
    const { store, streams, service, log, time } = this.#options;
    const reconnections = this.#reconnections;
    const { lane, alignment } = await align(store, streams, service, this.#stream);
    this.#lane = lane;
    switch (alignment.kind) {
      case 'absent':
        this.#waitingFor = alignment.because;
        return false;
      case 'halted':
        if (this.#halt === null) log.error({ lane: lane.name, ...alignment.halt }, 'the lane is halted');
        this.#halt = alignment.halt;
        this.#waitingFor = alignment.halt.because;
        return false;
      case 'aligned':
        this.#halt = null;
        this.#waitingFor = null;
        if (alignment.tailLost > 0) {
          this.#tailLosses += alignment.tailLost;
          log.warn({ lane: lane.name, ...alignment }, 'the log had lost its tail; it is published again');
          await this.#writeMark(alignment.head);
        }
        this.#recorded = Math.min(lane.published, alignment.head);
        this.#publisher.resumeAfter(alignment.head);
        this.#lookAt = time.monotonicMs() + LOOK_EVERY_MS;
        this.#isAligned = reconnections === this.#reconnections;
        return this.#isAligned;
    }
  }

  /** Looks now and then whether the log still ends where everything was acknowledged; else it is aligned with anew. */
  async #findsLogAsLeft(): Promise<boolean> {
    const { streams, time } = this.#options;
    const now = time.monotonicMs();
    if (this.#publisher.inFlight > 0) this.#lookAt = now + LOOK_EVERY_MS;
    if (now < this.#lookAt) return true;
    this.#lookAt = now + LOOK_EVERY_MS;
    if ((await streams.lastSequence(this.#stream)) !== this.#publisher.acknowledged) this.#isAligned = false;
    return this.#isAligned;
  }

  /** What is numbered and not yet published, else what is committed and not yet numbered. */
  async #nextEntries(): Promise<readonly NumberedEntry[]> {
    const { store, time } = this.#options;
    assert(this.#lane !== null, 'a lane is read before it is published');
    if (this.#publisher.next <= this.#lane.position)
      return store.readJournal(this.#publisher.next, NUMBERED_AT_ONCE_MAX);
    if (!this.#mayHaveUnnumbered) return [];
    this.#mayHaveUnnumbered = false;
    const outcome = await store.transaction(async (tables) => {
      const [isOurs, lane, unnumbered] = await together([
        this.#lease.confirm(tables), // Asked first, so that what is read after it is read under the lock.
        tables.readLane(this.#stream),
        tables.readUnnumbered(NUMBERED_AT_ONCE_MAX),
      ]);
      if (!isOurs) return null;
      const entries = numbered(lane, unnumbered);
      await tables.writePositions(this.#stream, entries);
      return { lane, entries };
    });
    if (outcome === null) {
      this.#lease.lose(time.monotonicMs());
      this.#isAligned = false;
      this.#mayHaveUnnumbered = true;
      return [];
    }
    const { lane, entries } = outcome;
    if (entries.length === NUMBERED_AT_ONCE_MAX) this.#mayHaveUnnumbered = true;
    const head = entries.at(-1);
    if (head !== undefined)
      this.#lane = { ...lane, position: head.position, chain: head.chain, last_event_id: head.eventId };
    return entries;
  }

  /** Records the contiguous mark, now and then: a mark that lags costs a comparison, one that leads costs an event. */
  async #record(): Promise<void> {
    const now = this.#options.time.monotonicMs();
    if (now < this.#recordAt) return;
    this.#recordAt = now + RECORD_EVERY_MS;
    await this.#recordNow();
  }

  async #recordNow(): Promise<void> {
    const { acknowledged } = this.#publisher;
    if (acknowledged === this.#recorded) return;
    await this.#writeMark(acknowledged);
    this.#recorded = acknowledged;
  }

  async #writeMark(position: number): Promise<void> {
    const { store, boot } = this.#options;
    await store.writeMark(this.#stream, boot, position);
  }

  async #leave(): Promise<void> {
    try {
      await this.#recordNow();
      await this.#lease.release(this.#options.store);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the relay left without giving its lease back; it expires by itself');
    }
  }
}
