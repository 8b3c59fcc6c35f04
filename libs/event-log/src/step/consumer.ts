import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import { Unreachable } from '@tocsin/domain-kit';
import { Lease, type Tenure } from '../lane/lease.ts';
import { Signal } from '../lane/signal.ts';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Beat } from '../liveness/watchdog.ts';
import { isTransient } from '../postgres/database.ts';
import type { Store } from '../store/tables.ts';
import type { Streams } from '../stream/streams.ts';
import { CommandLane } from './command-lane.ts';
import { EntityStep } from './entity-step.ts';
import { HeardLane } from './heard-lane.ts';
import type { Observation, Outcome } from './inputs.ts';
import { LaneHearing } from './lane-hearing.ts';
import { ObservationQueue } from './observation-queue.ts';
import { RedriveStep, tokensOf } from './redrive-step.ts';
import type { Refolding } from './refolding.ts';
import type { Registry } from './registry.ts';
import type { ServiceClock } from './service-clock.ts';
import type { StepBody } from './step-body.ts';
import { StepRunner } from './step-runner.ts';

export type ConsumerOptions = {
  readonly service: ServiceName;
  readonly instance: string;
  readonly boot: string;
  readonly store: Store;
  readonly streams: Streams;
  readonly log: Log;
  readonly beat: Beat;
  readonly time: WallClock;
  readonly clock: ServiceClock;
  readonly registry: Registry;
  /** The lanes heard, by identity. */
  readonly lanes: ReadonlyMap<ServiceName, string>;
  /** Where facts go instead of to entities: read models. */
  readonly body: StepBody | null;
  /** Brings entities to the version that runs; simulations have but one. */
  readonly refolding?: Refolding;
  /** Called after every commit that said something. */
  readonly onSaid: (facts: readonly Recorded<AnyEvent>[]) => void;
  /** Called whenever this consumer has learned anew where it stands, before its next step. */
  readonly onTakenUp?: () => void;
};

/** How one lane stands with this consumer. */
export type LaneHealth = {
  readonly lane: ServiceName;
  readonly position: number;
  readonly head: number | null;
  readonly lagEvents: number;
  readonly trouble: string | null;
  readonly halt: { readonly position: number; readonly because: string; readonly remedy: string } | null;
};

export type ConsumerHealth = {
  readonly isHolder: boolean;
  readonly waitingFor: string | null;
  readonly lanes: readonly LaneHealth[];
  readonly commandTrouble: string | null;
  readonly parkedEvents: number;
  /** What they wait under, as a request to redrive names it; the first few. */
  readonly parkedKeys: readonly { readonly entity: string; readonly key: string }[];
  /** The steps since this process started: how many, of how many events, how long, and decisions that failed in them. */
  readonly steps: {
    readonly count: number;
    readonly events: number;
    readonly secondsTotal: number;
    readonly lastMs: number;
    readonly failedDecisions: number;
  };
};

const RENEW_EVERY_MS = 1_000;
const IDLE_STEP_MS = 1_000;
const STANDBY_MS = 500;
const IDLE_WAIT_MS = 250;
const TROUBLE_REST_MS = 500;
/** Somebody who has this many at once reads the log anyway. */
const PARKED_KEYS_TOLD_MAX = 5;

/**
 * The one loop in which a service hears. It holds the consumer's lease, takes verified batches from its lanes in turn,
 * and makes each a step: one transaction that applies it and moves the checkpoint.
 */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #lease: Lease;
  readonly #work: Signal;
  readonly #observations: ObservationQueue;
  readonly #commands: CommandLane;
  readonly #runner: StepRunner;
  readonly #parked = new Map<string, number>();
  #lanes: readonly HeardLane[] = [];
  #hearing: readonly LaneHearing[] = [];
  #renewAt = 0;
  #idleAt = 0;
  #isStopping = false;
  #isKnowledgeStale = true;
  /** The tenure in which this consumer has last learned where it stands. */
  #takenUp: Tenure | null = null;
  #waitingFor: string | null = 'its lease';
  #running: Promise<void> = Promise.resolve();
  readonly #onArrival = (): void => {
    this.#work.raise();
  };

  constructor(options: ConsumerOptions) {
    const { service, instance, boot, store, streams, log, time, clock, registry, onSaid } = options;
    const { wallMs } = time;
    this.#options = options;
    this.#work = new Signal(time);
    this.#lease = new Lease({ table: 'consumer', name: service, instance, boot });
    const onArrival = this.#onArrival;
    const isParked = (parkKey: string) => this.#parked.has(parkKey);
    const entityStep = new EntityStep({ service, registry, clock, wallMs, isParked });
    const redriveStep = new RedriveStep({ service, step: entityStep, registry, clock, parked: this.#parked });
    this.#runner = new StepRunner({
      service,
      store,
      log,
      clock,
      monotonicMs: time.monotonicMs,
      lease: this.#lease,
      entityStep,
      redriveStep,
      onSaid,
      parked: this.#parked,
    });
    this.#observations = new ObservationQueue({ runner: this.#runner, time, onArrival });
    this.#commands = new CommandLane({ service, streams, store, log, wallMs, onArrival });
  }

  get isHolder(): boolean {
    return this.#lease.isHeld;
  }

  /** The stretch in which this instance works; null while it stands by, and until it has learned where it stands. */
  get tenure(): Tenure | null {
    const { tenure } = this.#lease;
    return tenure === this.#takenUp ? tenure : null;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the step at hand, gives the lease back, and ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#work.raise();
    await this.#running;
  }

  /** Decides about what the service observed itself, in a step of its own; where a tenure is named, in that one only. */
  async perform(observations: readonly Observation[], tenure: Tenure | null = null): Promise<readonly Outcome[]> {
    if (this.#isStopping) throw new Unreachable('the service is stopping', { retryAfterMs: 1_000 });
    return this.#observations.submit(observations, tenure);
  }

  health(): ConsumerHealth {
    const lanes = this.#lanes.map(({ service, checkpoint: { position }, head, trouble, halt }) => ({
      lane: service,
      position,
      head,
      lagEvents: Math.max(0, (head ?? position) - position),
      trouble,
      halt,
    }));
    const parkedEvents = [...this.#parked.values()].reduce((sum, messages) => sum + messages, 0);
    return {
      isHolder: this.#lease.isHeld,
      waitingFor: this.#waitingFor,
      lanes,
      commandTrouble: this.#commands.trouble,
      parkedEvents,
      parkedKeys: [...this.#parked.keys()].slice(0, PARKED_KEYS_TOLD_MAX).map(tokensOf),
      steps: this.#runner.statistics,
    };
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#options.beat();
      const waitMs = await this.#guardedTurn();
      if (waitMs > 0) await this.#work.wait(waitMs);
    }
    this.#observations.abandon();
    for (const lane of this.#lanes) lane.close();
    this.#commands.close();
    try {
      await this.#lease.release(this.#options.store);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the consumer left without giving its lease back; it expires by itself');
    }
  }

  async #guardedTurn(): Promise<number> {
    try {
      return await this.#turn();
    } catch (error) {
      // A transient trouble is nobody's fault; anything else would be ours, and is tried again all the same, visibly.
      const level = isTransient(error) ? 'warn' : 'error';
      this.#options.log[level]({ err: error }, 'the step did not commit; it is done again');
      this.#waitingFor = error instanceof Error ? error.message : String(error);
      // Not on the signal: what arrives meanwhile is the very message that is tried again.
      await this.#rest(TROUBLE_REST_MS);
      // Its commit may have been made and only the answer lost: what is known here is a guess until it is read again.
      this.#isKnowledgeStale = true;
      return 0;
    }
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.time.after(ms, resolve);
    });
  }

  /** One turn of the loop. Returns how long it may wait for something to arrive. */
  async #turn(): Promise<number> {
    if (!(await this.#holdsLease())) return STANDBY_MS;
    if (this.#isKnowledgeStale) await this.#takeUp();
    const { beat, clock } = this.#options;
    await Promise.all([...this.#lanes, this.#commands].map((lane) => lane.tend()));
    for (const lane of this.#lanes) clock.setBehind(lane.service, lane.isBehind);
    this.#waitingFor = null;

    let didWork = await this.#observations.step(this.#lease.tenure);
    for (const hearing of this.#hearing) {
      beat();
      didWork = (await hearing.step()) || didWork;
    }
    if (this.#commands.hasCommands) didWork = (await this.#runner.handle(this.#commands)) || didWork;
    if (this.#runner.hasLostLease) return this.#stepDown();
    if (didWork) return 0;
    await this.#passDeadlinesWhenIdle();
    return IDLE_WAIT_MS;
  }

  #stepDown(): number {
    this.#lease.lose(this.#options.time.monotonicMs());
    this.#waitingFor = 'the lease of the consumer, which another instance holds';
    return STANDBY_MS;
  }

  async #holdsLease(): Promise<boolean> {
    const { store, time } = this.#options;
    const now = time.monotonicMs();
    const wasHeld = this.#lease.isHeld;
    if (wasHeld && now < this.#renewAt) return true;
    const isHeld = await this.#lease.takeOrRenew(store, now);
    this.#renewAt = now + RENEW_EVERY_MS;
    if (!wasHeld) this.#isKnowledgeStale = true;
    if (!isHeld) this.#waitingFor = 'the lease of the consumer, which another instance holds';
    return isHeld;
  }

  /** Learns from the database where this consumer stands; whatever was known before is another holder's past. */
  async #takeUp(): Promise<void> {
    const { service, store, streams, log, time, lanes, body, clock } = this.#options;
    for (const lane of this.#lanes) lane.close();
    await this.#refold();
    this.#parked.clear();
    for (const [parkKey, messages] of await store.loadParkedKeys()) this.#parked.set(parkKey, messages);
    const checkpoints = await store.openCheckpoints(service, lanes);
    const onArrival = this.#onArrival;
    this.#lanes = [...checkpoints].map(
      ([heard, checkpoint]) =>
        new HeardLane({ service: heard, streams, log, monotonicMs: time.monotonicMs, onArrival }, checkpoint),
    );
    this.#hearing = this.#lanes.map((lane) => new LaneHearing({ consumer: service, lane, runner: this.#runner, body }));
    clock.goOnFrom(await store.readServiceTime(service));
    this.#commands.rewind();
    this.#runner.takeUp();
    this.#isKnowledgeStale = false;
    this.#takenUp = this.#lease.tenure;
    this.#options.onTakenUp?.();
  }

  /** Entities of another version are folded anew, for as long as the lease is held. */
  async #refold(): Promise<void> {
    const { refolding, beat } = this.#options;
    await refolding?.run(this.#lease, async () => {
      beat();
      this.#waitingFor = 'its entities, which are folded anew';
      if (this.#isStopping || !(await this.#holdsLease()))
        throw new Unreachable('entities are folded another time', { retryAfterMs: STANDBY_MS });
    });
  }

  async #passDeadlinesWhenIdle(): Promise<void> {
    const { store, time, clock } = this.#options;
    if (time.monotonicMs() < this.#idleAt) return;
    this.#idleAt = time.monotonicMs() + IDLE_STEP_MS;
    const due = await store.nextDueAt();
    if (due !== null && due <= clock.now()) await this.#runner.passDeadlines();
  }
}
