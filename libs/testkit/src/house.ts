import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  decodeEvent,
  EVENTS,
  ownerKeyOf,
  streamOf,
  type AnyEvent,
  type Recorded,
  type ServiceName,
} from '@tocsin/contracts';
import { instant, type Instant, type Message } from '@tocsin/domain-kit';
import {
  Database,
  EventLog,
  setUp,
  to,
  Watchdog,
  type ClockMode,
  type Log,
  type ServiceSchema,
  type Wiring,
} from '@tocsin/event-log';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import { openLogger, openService, type BaseConfig, type RunningService, type ServicePlan } from '@tocsin/service-kit';
import { playedEntity, type PlayedEntity } from './played-entity.ts';

/** Which service lives in the house, and whose lanes it hears. */
export type HouseOptions<Config> = {
  readonly plan: ServicePlan<Config & BaseConfig>;
  /** The service's own settings; the house adds what every service has. */
  readonly config: Config;
  readonly schema: ServiceSchema;
  readonly hears: readonly ServiceName[];
  /** Which of them are played; all by default. Who is not can be opened by the test itself, with `wiring`. */
  readonly plays?: readonly ServiceName[];
  /** Accelerated by default: a story tells its own time. */
  readonly clock?: ClockMode;
};

const POLL_MS = 15;
const WAIT_LIMIT_MS = 20_000;

type PlayedService = { readonly log: EventLog; readonly entities: ReadonlyMap<string, PlayedEntity> };

/**
 * One service on real servers: its own nats-server, its own database, and beside it the services that it hears, played
 * by the test. Files that open a house each can run side by side.
 */
export class House {
  readonly #service: ServiceName;
  readonly #hears: readonly ServiceName[];
  readonly #directory: string;
  readonly #nats: RunningServer;
  readonly #database: { readonly url: string; drop(): Promise<void> };
  readonly #open: () => Promise<RunningService>;
  readonly #played = new Map<ServiceName, PlayedService>();
  readonly #reading = new Map<ServiceName, Database>();
  #running: RunningService | null = null;
  #told = 0;

  private constructor(parts: {
    readonly service: ServiceName;
    readonly hears: readonly ServiceName[];
    readonly directory: string;
    readonly nats: RunningServer;
    readonly database: { readonly url: string; drop(): Promise<void> };
    readonly open: () => Promise<RunningService>;
  }) {
    this.#service = parts.service;
    this.#hears = parts.hears;
    this.#directory = parts.directory;
    this.#nats = parts.nats;
    this.#database = parts.database;
    this.#open = parts.open;
  }

  /** Starts servers, sets them up, plays the services that are heard, and opens the one that lives here. */
  static async open<Config>(options: HouseOptions<Config>): Promise<House> {
    const { plan, config, schema, hears, plays = hears, clock = 'accelerated' } = options;
    const serverUrl = process.env['DATABASE_URL'];
    if (serverUrl === undefined) throw new Error('DATABASE_URL is set by the global set-up of the integration tests');
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-house-'));
    const nats = await startNats({ dir: join(directory, 'nats') });
    const database = await createDatabase(serverUrl);
    await setUp({
      natsUrl: nats.url,
      databaseUrl: database.url,
      replicas: 1,
      schemas: [schema, ...hears.map((service) => ({ service, migrations: [] }))],
      say: () => undefined,
    });
    const logger = openLogger({
      service: plan.service,
      instance: 'house',
      level: process.env['TOCSIN_TEST_LOG'] === undefined ? 'silent' : 'info',
      file: null,
    });
    const open = () =>
      openService(
        plan,
        {
          ...config,
          NATS_URL: nats.url,
          DATABASE_URL: database.url,
          NATS_REPLICAS: '1' as const,
          TOCSIN_INSTANCE: `${plan.service}-0`,
          TOCSIN_CLOCK: clock,
          TOCSIN_DATA: directory,
          HTTP_HOST: '127.0.0.1',
          HTTP_PORT: 0,
          LOG_LEVEL: 'silent' as const,
          LOG_FILE: null,
        },
        logger,
      );
    const house = new House({ service: plan.service, hears, directory, nats, database, open });
    try {
      for (const service of plays) await house.#play(service, clock);
      await house.start();
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  /** Where the service's HTTP listens. */
  get url(): string {
    return this.#opened.url;
  }

  get natsUrl(): string {
    return this.#nats.url;
  }

  /** Something that the service's module provides. */
  get<Part>(token: (abstract new (...args: never[]) => Part) | symbol): Part {
    return this.#opened.app.get<Part>(token);
  }

  /** Reads tables, the service's own by default. */
  database(service: ServiceName = this.#service): Database {
    const known = this.#reading.get(service);
    if (known !== undefined) return known;
    const database = new Database({
      url: this.#database.url,
      schema: service,
      applicationName: 'house',
      connectionsMax: 2,
      onIdleError: () => undefined,
    });
    this.#reading.set(service, database);
    return database;
  }

  async start(): Promise<void> {
    this.#running = await this.#open();
  }

  /** Drains the service, as SIGTERM does; `start` opens it again. */
  async stop(): Promise<void> {
    await this.#running?.drain();
    this.#running = null;
  }

  /** Lets played services say facts, in order, each on its own lane; returns when they are committed there. */
  async say(service: ServiceName, time: Instant | string, ...events: readonly AnyEvent[]): Promise<void> {
    const played = this.#played.get(service);
    if (played === undefined) throw new Error(`${service} is not played in this house`);
    const outcomes = await played.log.perform(
      events.map((event) => {
        const { owner, key } = ownerKeyOf(event);
        const entity = played.entities.get(owner);
        if (entity === undefined) throw new Error(`${event.type} is not said by ${service}`);
        this.#told += 1;
        return {
          causeId: `told:${this.#told}`,
          time: instant(time),
          intentions: [to(entity, key, { type: 'Say', data: event })],
        };
      }),
    );
    const refusal = outcomes.find((outcome) => outcome.refusal !== null)?.refusal;
    if (refusal) throw new Error(`${service} could not say it: ${refusal.because}`);
  }

  /** Waits until everything that was said is in the log and heard: no sleep, and no test that looked too early. */
  async quiet(): Promise<void> {
    let calmTurns = 0;
    await this.until('the house is quiet', async () => {
      calmTurns = (await this.#isCalm()) ? calmTurns + 1 : 0;
      return calmTurns === 2;
    });
  }

  /** Waits until `holds` does. @throws {Error} saying what never came, and what was said last. */
  async until(what: string, holds: () => boolean | Promise<boolean>, limitMs = WAIT_LIMIT_MS): Promise<void> {
    const giveUpAt = performance.now() + limitMs;
    while (!(await holds())) {
      if (performance.now() > giveUpAt)
        throw new Error(`${limitMs} ms in vain until ${what}; last said: ${(await this.said()).slice(-20).join(' ')}`);
      await pause(POLL_MS);
    }
  }

  /** The facts that the service has said, in the order of its lane. */
  async facts(): Promise<readonly Recorded<AnyEvent>[]> {
    const service = this.#service;
    const { rows } = await this.database().query<{ body: Buffer; position: number }>(
      'SELECT body, position FROM journal WHERE position IS NOT NULL ORDER BY position',
    );
    return rows.map(({ body, position }) => decodeEvent(body, { lane: streamOf(service), position }));
  }

  /** The names of the facts that the service has said, in order. */
  async said(): Promise<readonly Message['type'][]> {
    return (await this.facts()).map(({ type }) => type);
  }

  /** Closes everything; nothing of the house is left. */
  async close(): Promise<void> {
    await this.stop();
    for (const { log } of this.#played.values()) await log.close();
    for (const database of this.#reading.values()) await database.close();
    await this.#nats.stop();
    await this.#database.drop();
    forget(this.#directory);
  }

  get #opened(): RunningService {
    if (this.#running === null) throw new Error('the service of this house is stopped');
    return this.#running;
  }

  /** With what a test opens a service of its own in this house. */
  wiring(instance: string, clock: ClockMode = 'accelerated'): Wiring {
    const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    return {
      natsUrl: this.#nats.url,
      databaseUrl: this.#database.url,
      instance,
      clock,
      dataDirectory: this.#directory,
      replicas: 1,
      log: silent,
      watchdog: new Watchdog(),
    };
  }

  async #play(service: ServiceName, clock: ClockMode): Promise<void> {
    const owners = Object.values(EVENTS)
      .filter((contract) => contract.service === service || contract.service === '*')
      .map(({ owner }) => owner);
    const entities = [...new Set(owners)].map(playedEntity);
    const definition = { service, hears: [], entities, locals: [], body: null };
    const log = new EventLog(definition, this.wiring(`${service}-played`, clock));
    await log.open([]);
    this.#played.set(service, { log, entities: new Map(entities.map((entity) => [entity.type, entity])) });
  }

  async #isCalm(): Promise<boolean> {
    const service = this.#service;
    const speaking = [...this.#played.keys(), ...(this.#running === null ? [] : [service])];
    for (const lane of speaking) if (!(await this.#isPublished(lane))) return false;
    if (this.#running === null) return true;
    const { consumer } = this.get<EventLog>(EventLog).health();
    // A service may hear its own lane too.
    const lanes = [...new Set([...this.#hears, ...consumer.lanes.map(({ lane }) => lane)])];
    const heads = await Promise.all(lanes.map(async (lane) => [lane, await this.#headOf(lane)] as const));
    const isHeard = heads.every(([lane, head]) =>
      consumer.lanes.some((heard) => heard.lane === lane && heard.position >= head),
    );
    return isHeard && (await this.#isPublished(service));
  }

  async #isPublished(service: ServiceName): Promise<boolean> {
    const { rows } = await this.database(service).query<{ waiting: boolean }>(
      `SELECT position > published OR EXISTS (SELECT 1 FROM journal WHERE position IS NULL) AS waiting FROM lane WHERE name = $1`,
      [streamOf(service)],
    );
    return rows[0]?.waiting === false;
  }

  async #headOf(service: ServiceName): Promise<number> {
    const { rows } = await this.database(service).query<{ position: number }>('SELECT position FROM lane');
    return rows[0]?.position ?? 0;
  }
}
