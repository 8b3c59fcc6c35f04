import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { streamOf, type ClockAdvanced, type ServiceName } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import {
  Database,
  EventLog,
  setUp,
  to,
  Watchdog,
  type EntityType,
  type Log,
  type Observation,
  type ServiceSchema,
  type Wiring,
} from '../src/index.ts';

/** The beginning of every story told here. */
export const dawn = instant('2026-03-02T09:00:00.000Z');

export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Logs to the console when a test is being looked into. */
const testLog: Log = process.env['TOCSIN_TEST_LOG'] === undefined ? quietLog : loudLog();

function loudLog(): Log {
  const say = (facts: object, message: string) => {
    process.stderr.write(
      `${message} ${JSON.stringify(facts, (_, value: unknown) => (value instanceof Error ? value.stack : value))}\n`,
    );
  };
  return { info: say, warn: say, error: say };
}

/** A nats-server and a database of a test file's own, with the lanes of the two services that these tests play. */
export class Ground {
  nats: RunningServer;
  readonly databaseUrl: string;
  readonly #directory: string;
  readonly #drop: () => Promise<void>;
  readonly #open = new Set<{ close(): Promise<void> }>();

  private constructor(nats: RunningServer, directory: string, database: { url: string; drop(): Promise<void> }) {
    this.nats = nats;
    this.#directory = directory;
    this.databaseUrl = database.url;
    this.#drop = () => database.drop();
  }

  /** `more` are schemas beside those of the two services that every test here has. */
  static async open(more: readonly ServiceSchema[] = []): Promise<Ground> {
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-ground-'));
    const nats = await startNats({ dir: join(directory, 'nats') });
    const serverUrl = process.env['DATABASE_URL'];
    if (serverUrl === undefined) throw new Error('DATABASE_URL is set by the global set-up of the integration tests');
    const ground = new Ground(nats, directory, await createDatabase(serverUrl));
    await ground.setUp(more);
    return ground;
  }

  async setUp(more: readonly ServiceSchema[] = []): Promise<void> {
    await setUp({
      natsUrl: this.nats.url,
      databaseUrl: this.databaseUrl,
      replicas: 1,
      schemas: [{ service: 'ingestion', migrations: [] }, { service: 'escalation', migrations: [] }, ...more],
      say: () => undefined,
    });
  }

  get dataDirectory(): string {
    return this.#directory;
  }

  wiring(instance: string, clock: Wiring['clock'] = 'accelerated'): Wiring {
    const { nats, databaseUrl } = this;
    return {
      natsUrl: nats.url,
      databaseUrl,
      instance,
      clock,
      dataDirectory: this.#directory,
      replicas: 1,
      log: testLog,
      watchdog: new Watchdog(),
    };
  }

  /** kill -9, and the same server again on the same files and port. */
  async crashNats(): Promise<void> {
    await this.nats.kill();
    await this.restartNats();
  }

  /** The server comes back empty, as after the loss of its disk. */
  async loseNats(): Promise<void> {
    await this.nats.stop();
    await rm(join(this.#directory, 'nats'), { recursive: true });
    await this.restartNats();
  }

  /** Keeps a copy of what the server holds now. */
  async keepNats(): Promise<void> {
    const directory = join(this.#directory, 'nats');
    await this.nats.stop();
    await cp(directory, `${directory}-kept`, { recursive: true });
    await this.restartNats();
  }

  /** kill -9, and the server comes back with what it held when it was kept: its newest messages are lost. */
  async revertNats(): Promise<void> {
    const directory = join(this.#directory, 'nats');
    await this.nats.kill();
    await rm(directory, { recursive: true });
    await rename(`${directory}-kept`, directory);
    await this.restartNats();
  }

  async restartNats(): Promise<void> {
    this.nats = await startNats({ dir: join(this.#directory, 'nats'), port: this.nats.port });
  }

  /** Opens the service that speaks: every `Tick` becomes a `ClockAdvanced`. */
  async speaker(instance = 'ingestion-0'): Promise<EventLog> {
    const log = new EventLog(
      { service: 'ingestion', hears: [], entities: [ticker], locals: [], body: null },
      this.wiring(instance),
    );
    await log.open([]);
    return this.track(log);
  }

  track<Closing extends { close(): Promise<void> }>(closing: Closing): Closing {
    this.#open.add(closing);
    return closing;
  }

  database(schema: ServiceName): Database {
    return this.track(
      new Database({
        url: this.databaseUrl,
        schema,
        applicationName: 'test',
        connectionsMax: 2,
        onIdleError: () => undefined,
      }),
    );
  }

  async manager(): Promise<{ readonly nats: NatsConnection; readonly manager: JetStreamManager }> {
    const nats = await connect({ servers: this.nats.url });
    this.track({ close: () => nats.close() });
    return { nats, manager: await jetstreamManager(nats) };
  }

  /** Every message of a lane, in order. */
  async lane(
    service: ServiceName,
  ): Promise<readonly { position: number; subject: string; chain: string; id: string; body: Uint8Array }[]> {
    const { manager } = await this.manager();
    const { state } = await manager.streams.info(streamOf(service));
    const messages = [];
    for (let seq = 1; seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage(streamOf(service), { seq });
      if (message === null) throw new Error(`position ${seq} is missing`);
      const { subject, header, data } = message;
      messages.push({ position: seq, subject, chain: header.get('Tocsin-Chain'), id: header.get('ce-id'), body: data });
    }
    return messages;
  }

  async close(): Promise<void> {
    for (const closing of [...this.#open].reverse()) await closing.close();
    await this.nats.stop();
    await this.#drop();
    forget(this.#directory);
  }
}

type Tick = { readonly type: 'Tick'; readonly data: { readonly clock: string; readonly now: Instant } };

/** Says every tick it is given. */
export const ticker: EntityType<Tick, ClockAdvanced, { readonly ticks: number }> = {
  type: 'clock',
  decider: {
    initialState: () => ({ ticks: 0 }),
    decide: ({ data: { clock, now } }) => [{ type: 'ClockAdvanced', data: { clock, now, because: 'a test says so' } }],
    evolve: ({ ticks }) => ({ ticks: ticks + 1 }),
  },
};

/** The `number`-th tick of a clock, one minute after the other. */
export function tick(number: number, clock = 'virtual'): Observation {
  const now = plusMs(dawn, number * 60_000);
  return {
    causeId: `tick:${clock}:${number}`,
    time: now,
    intentions: [to(ticker, clock, { type: 'Tick', data: { clock, now } })],
  };
}
