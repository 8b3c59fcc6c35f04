import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { streamOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { assert, Unreachable, type Instant } from '@tocsin/domain-kit';
import { Asking } from './asking/asking.ts';
import { OutcomeHearing } from './asking/outcome-hearing.ts';
import { forgetRequests } from './asking/request-store.ts';
import { tendJournal } from './journal/archive.ts';
import { checkAsked, checkStreams } from './lane/topology.ts';
import type { Tenure } from './lane/lease.ts';
import { Relay } from './lane/relay.ts';
import { Heart, type AgentBeatListener, type BeatListener } from './liveness/heartbeat.ts';
import type { Log } from './liveness/log.ts';
import { wallClock } from './liveness/wall-clock.ts';
import type { Watchdog } from './liveness/watchdog.ts';
import { healthOf, type EventLogHealth } from './health.ts';
import { readHistory } from './history.ts';
import { Database } from './postgres/database.ts';
import type { Sql } from './postgres/sql.ts';
import { postgresStore } from './store/postgres-store.ts';
import { JetStream } from './stream/jetstream.ts';
import { knownLanes } from './step/checkpoint-store.ts';
import { forgetHandled } from './step/command-store.ts';
import { Consumer } from './step/consumer.ts';
import { nextDueAt } from './step/entity-store.ts';
import type { AnyEntityType } from './step/entity-type.ts';
import type { FactListener } from './step/fact-listener.ts';
import type { Observation, Outcome } from './step/inputs.ts';
import type { AnyLocalModel } from './step/local-model.ts';
import { Refolding } from './step/refolding.ts';
import { Registry } from './step/registry.ts';
import { ServiceClock, type ClockMode } from './step/service-clock.ts';
import type { StepBody } from './step/step-body.ts';

/** What a service is to the log: what it hears, what decides, and what it folds. */
export type ServiceDefinition = {
  readonly service: ServiceName;
  readonly hears: readonly ServiceName[];
  readonly entities: readonly AnyEntityType[];
  readonly locals: readonly AnyLocalModel[];
  /** Where facts go instead of to entities: read models. */
  readonly body: StepBody | null;
  /** The services that it sends requests to; it must hear their lanes, for that is where outcomes are. */
  readonly asks?: readonly ServiceName[];
};

/** Where a process finds the world, and who it is in it. */
export type Wiring = {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  /** Stable over restarts, such as `analysis-0`. */
  readonly instance: string;
  readonly clock: ClockMode;
  /** Where the journal's archives go. */
  readonly dataDirectory: string;
  readonly replicas: 1 | 3;
  readonly log: Log;
  readonly watchdog: Watchdog;
};

/** The journal keeps an hour this long before it may leave for the archive. */
const JOURNAL_KEEP_MS = 24 * 3_600_000;
const TEND_EVERY_MS = 10 * 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** One opened log: connected, checked, relaying and hearing until it is closed. */
export class Session {
  /** The service's own tables, for reading. */
  readonly sql: Sql;
  readonly #definition: ServiceDefinition;
  readonly #wiring: Wiring;
  readonly #database: Database;
  readonly #nats: NatsConnection;
  readonly #clock: ServiceClock;
  readonly #heart: Heart;
  readonly #relay: Relay;
  readonly #consumer: Consumer;
  readonly #asking: Asking | null;
  readonly #listeners: FactListener[] = [];
  #tending: NodeJS.Timeout | null = null;

  private constructor(parts: {
    readonly definition: ServiceDefinition;
    readonly wiring: Wiring;
    readonly registry: Registry;
    readonly database: Database;
    readonly nats: NatsConnection;
    readonly laneId: string;
    readonly lanes: ReadonlyMap<ServiceName, string>;
    readonly serviceTime: Instant | null;
  }) {
    const { definition, wiring, registry, database, nats, laneId, lanes, serviceTime } = parts;
    const { service, body, asks = [] } = definition;
    const { instance, log, watchdog, clock } = wiring;
    const boot = randomUUID();
    this.#definition = definition;
    this.#wiring = wiring;
    this.#database = database;
    this.sql = database;
    this.#nats = nats;
    this.#clock = new ServiceClock(clock, wallClock.wallMs);
    this.#clock.goOnFrom(serviceTime);
    this.#heart = new Heart(nats, log);
    const time = wallClock;
    const store = postgresStore(database);
    const streams = new JetStream({ nats, log, time });
    const shared = { service, instance, boot, store, streams, log, time };
    this.#relay = new Relay({ ...shared, laneId, beat: watchdog.watch('relay') });
    const beat = watchdog.watch('step');
    const isAsking = asks.length > 0;
    assert(!isAsking || body !== null, 'outcomes are heard where read models are folded');
    this.#asking = isAsking
      ? new Asking({ service, sql: database, streams, log, time, beat: watchdog.watch('asking') })
      : null;
    this.#consumer = new Consumer({
      ...shared,
      clock: this.#clock,
      registry,
      lanes,
      refolding: new Refolding({ service, store, streams, log, time, beat, entityTypes: definition.entities }),
      body: isAsking && body !== null ? new OutcomeHearing(body) : body,
      beat,
      onSaid: (facts) => {
        this.#relay.nudge();
        for (const { onSaid } of this.#listeners) onSaid(facts);
      },
      onTakenUp: () => {
        for (const { onTakenUp } of this.#listeners) onTakenUp();
      },
    });
  }

  /**
   * Connects, checks that the streams are what this system was built on, and starts relay and steps.
   * @throws {TopologyFault} when they are not. @throws {Unreachable} when there is no database or no log.
   */
  static async open(definition: ServiceDefinition, wiring: Wiring, registry: Registry): Promise<Session> {
    const { service, hears, asks = [] } = definition;
    const { natsUrl, databaseUrl, instance, log, replicas } = wiring;
    const database = new Database({
      url: databaseUrl,
      schema: service,
      applicationName: instance,
      onIdleError: (error) => {
        log.warn({ err: error }, 'an idle database connection broke; it is replaced');
      },
    });
    const nats = await reach('the log', natsUrl, () =>
      connect({
        servers: natsUrl,
        name: instance,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        timeout: CONNECT_TIMEOUT_MS,
        pingInterval: 5_000,
      }),
    );
    try {
      const { rows } = await reach('the database', new URL(databaseUrl).host, () =>
        database.query<{ lane_id: string; service_time: Instant | null }>(
          'SELECT l.lane_id, c.service_time FROM lane l JOIN consumer c ON c.name = $1 WHERE l.name = $2',
          [service, streamOf(service)],
        ),
      );
      const [row] = rows;
      if (row === undefined)
        throw new Unreachable(`schema ${service} has no lane; run the set-up first`, { retryAfterMs: 1_000 });
      const known = await knownLanes(database, service, hears);
      const lanes = await checkStreams(nats, { service, laneId: row.lane_id }, hears, known, replicas);
      await checkAsked(nats, asks, replicas);
      const session = new Session({
        definition,
        wiring,
        registry,
        database,
        nats,
        laneId: row.lane_id,
        lanes,
        serviceTime: row.service_time,
      });
      await session.#start();
      return session;
    } catch (error) {
      await nats.close();
      await database.close();
      throw error;
    }
  }

  /** The service's time: the wall clock, or in accelerated history the newest time heard from ingestion. */
  now(): Instant {
    return this.#clock.now();
  }

  /** Whether this instance is the one that works; others stand by. */
  isHolder(): boolean {
    return this.#consumer.isHolder;
  }

  /** The stretch in which this instance works; null while it stands by. */
  get tenure(): Tenure | null {
    return this.#consumer.tenure;
  }

  /** The next moment that any entity waits for. */
  nextDeadline(): Promise<Instant | null> {
    return nextDueAt(this.#database);
  }

  /**
   * Decides about what the service observed itself; all of it in one step, in order.
   * @throws {Unreachable} when no step took it: then it has not happened and may be brought again.
   */
  perform(observations: readonly Observation[], tenure?: Tenure): Promise<readonly Outcome[]> {
    return this.#consumer.perform(observations, tenure);
  }

  /** The sending half of requests; only where the service asks anybody. */
  get asking(): Asking {
    assert(this.#asking !== null, 'a service says whom it asks');
    return this.#asking;
  }

  /** Hears what this instance commits, outside of any step. Whoever begins to listen begins as after being taken up. */
  listenToFacts(listener: FactListener): void {
    this.#listeners.push(listener);
    listener.onTakenUp();
  }

  /** Hears every service's pulse, outside of any step. */
  listenToBeats(listener: BeatListener): void {
    this.#heart.listen(listener);
  }

  /** Hears every agent's pulse, outside of any step. */
  listenToAgentBeats(listener: AgentBeatListener): void {
    this.#heart.listenToAgents(listener);
  }

  /** Reads a lane from its beginning. */
  history(lane: ServiceName): AsyncGenerator<readonly Recorded<AnyEvent>[]> {
    return readHistory(this.#nats, lane);
  }

  health(): EventLogHealth {
    return healthOf(this.#definition.service, this.#relay.health(), this.#consumer.health(), this.#clock.now());
  }

  /** Finishes the step at hand, publishes what is committed, gives the leases back, and disconnects. */
  async close(): Promise<void> {
    if (this.#tending !== null) clearInterval(this.#tending);
    this.#heart.stop();
    await this.#asking?.stop();
    await this.#consumer.stop();
    await this.#relay.stop();
    await this.#nats.close();
    await this.#database.close();
  }

  async #start(): Promise<void> {
    const { service } = this.#definition;
    await this.#tend();
    this.#tending = setInterval(() => void this.#tend(), TEND_EVERY_MS);
    this.#relay.start();
    this.#consumer.start();
    this.#asking?.start();
    this.#heart.start(service, this.#wiring.instance, () => ({
      isHolder: this.#consumer.isHolder,
      halted: haltOf(this.health()),
    }));
  }

  async #tend(): Promise<void> {
    const { dataDirectory, log } = this.#wiring;
    const directory = join(dataDirectory, 'archive', this.#definition.service);
    try {
      const left = await tendJournal(this.#database, { directory, keepMs: JOURNAL_KEEP_MS }, wallClock.wallMs());
      if (left.length > 0) log.info({ partitions: left }, 'hours of the journal left for the archive');
      await forgetHandled(this.#database);
      if (this.#asking !== null) await forgetRequests(this.#database);
    } catch (error) {
      log.error({ err: error }, 'the journal could not be tended; it is tried again');
    }
  }
}

async function reach<Result>(what: string, where: string, attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    throw new Unreachable(`${what} at ${where} cannot be reached`, { retryAfterMs: 1_000 }, { cause: error });
  }
}

/** Why the service cannot do its work until a person helps; its own lane first, then those that it hears. */
function haltOf({ relay, consumer }: EventLogHealth): string | null {
  const halt = relay.halt ?? consumer.lanes.find((lane) => lane.halt !== null)?.halt ?? null;
  return halt === null ? null : `${halt.because}; remedy: ${halt.remedy}`;
}
