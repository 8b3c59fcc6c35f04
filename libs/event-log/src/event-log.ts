import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import { assert, type Instant } from '@tocsin/domain-kit';
import type { Asked, Question } from './asking/asking.ts';
import type { KnownRequest } from './asking/request-store.ts';
import type { EventLogHealth } from './health.ts';
import type { Tenure } from './lane/lease.ts';
import type { AgentBeatListener, BeatListener } from './liveness/heartbeat.ts';
import { collectListeners, type ListeningController } from './nest/listeners.ts';
import type { Sql } from './postgres/sql.ts';
import { Session, type ServiceDefinition, type Wiring } from './session.ts';
import type { FactListener } from './step/fact-listener.ts';
import type { Observation, Outcome } from './step/inputs.ts';
import { Registry } from './step/registry.ts';

/** A service's door to the log: it hears through its controllers, speaks through its deciders, and asks here. */
export class EventLog {
  readonly #definition: ServiceDefinition;
  readonly #wiring: Wiring;
  #session: Session | null = null;

  constructor(definition: ServiceDefinition, wiring: Wiring) {
    this.#definition = definition;
    this.#wiring = wiring;
  }

  /**
   * Connects, checks that the streams are what this system was built on, and starts to relay and to hear.
   * @throws {TopologyFault} when they are not. @throws {Unreachable} when there is no database or no log.
   */
  async open(controllers: readonly ListeningController[]): Promise<void> {
    assert(this.#session === null, 'a log is opened once');
    const registry = new Registry(this.#definition.entities, this.#definition.locals);
    collectListeners(controllers, registry);
    this.#session = await Session.open(this.#definition, this.#wiring, registry);
  }

  /** Finishes the step at hand, publishes what is committed, gives the leases back, and disconnects. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  /** The service's own tables, for reading. */
  get sql(): Sql {
    return this.#opened.sql;
  }

  /** The service's time: the wall clock, or in accelerated history the newest time heard from ingestion. */
  now(): Instant {
    return this.#opened.now();
  }

  /** Whether this instance is the one that works; others stand by. */
  isHolder(): boolean {
    return this.#session?.isHolder() ?? false;
  }

  /**
   * The stretch in which this instance works; null while it stands by. Whoever observes with a memory of its own drops
   * that memory when the tenure is another, and says to `perform` in which it observed.
   */
  get tenure(): Tenure | null {
    return this.#session?.tenure ?? null;
  }

  /** The next moment that any entity waits for. */
  nextDeadline(): Promise<Instant | null> {
    return this.#opened.nextDeadline();
  }

  /**
   * Decides about what the service observed itself; all of it in one step, in order. With a tenure, in that one or not at
   * all.
   * @throws {Unreachable} when no step took it: then it has not happened and may be brought again.
   */
  perform(observations: readonly Observation[], tenure?: Tenure): Promise<readonly Outcome[]> {
    return this.#opened.perform(observations, tenure);
  }

  /**
   * Asks another service for something: written down first, then sent until its outcome is heard, whatever dies.
   * @throws {ContractViolation} when it does not satisfy its schema. @throws {Unreachable} when too many wait already.
   */
  ask(question: Question): Promise<Asked> {
    return this.#opened.asking.ask(question);
  }

  /** What is known of a request; null when nobody asked it here, or too long ago. */
  findRequest(id: string): Promise<KnownRequest | null> {
    return this.#opened.asking.find(id);
  }

  /** Returns the request once its outcome is heard, or null when it is not within `limitMs`. */
  outcomeOf(id: string, limitMs: number): Promise<KnownRequest | null> {
    return this.#opened.asking.outcomeOf(id, limitMs);
  }

  /** Hears what this instance commits, outside of any step. Whoever begins to listen begins as after being taken up. */
  listenToFacts(listener: FactListener): void {
    this.#opened.listenToFacts(listener);
  }

  /** Hears every service's pulse, outside of any step. */
  listenToBeats(listener: BeatListener): void {
    this.#opened.listenToBeats(listener);
  }

  /** Hears every agent's pulse, outside of any step. */
  listenToAgentBeats(listener: AgentBeatListener): void {
    this.#opened.listenToAgentBeats(listener);
  }

  /**
   * Reads a lane from its first fact to the head that it has now, in order, in batches, outside of any step.
   * @throws {Unreachable} when the log stops to give it. @throws {ContractViolation} at a fact that cannot be read.
   */
  history(lane: ServiceName): AsyncGenerator<readonly Recorded<AnyEvent>[]> {
    return this.#opened.history(lane);
  }

  health(): EventLogHealth {
    return this.#opened.health();
  }

  get #opened(): Session {
    assert(this.#session !== null, 'the log is asked after it was opened');
    return this.#session;
  }
}
