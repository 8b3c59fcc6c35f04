import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import {
  decodeEvent,
  streamOf,
  type AnyEvent,
  type DeliveryIntended,
  type Recorded,
  type ServiceName,
} from '@tocsin/contracts';
import { Database } from '@tocsin/event-log';
import { createDatabase, forget, freePort, startNats, type RunningServer } from '@tocsin/local-servers';
import { Link } from './link.ts';

/** The folder of the workspace, seen from the sources and from what they are compiled to. */
const ROOT =
  ['../..', '../../..']
    .map((up) => resolve(import.meta.dirname, up))
    .find((folder) => existsSync(join(folder, 'nx.json'))) ?? import.meta.dirname;

/** What `npm start` writes down about its run. */
type RunFile = {
  readonly api?: string;
  readonly processes?: readonly { readonly name: string; readonly pid: number }[];
};

const POLL_MS = 100;
const COMPLAINTS_SHOWN = 40;

/**
 * The whole house as `npm start` runs it, every service a process of its own under the supervisor, on a nats-server and a
 * database that the test owns, with a wire between that the test can cut.
 */
export class RunningHouse {
  readonly databaseUrl: string;
  readonly #directory: string;
  readonly #link: Link;
  readonly #drop: () => Promise<void>;
  readonly #natsPort: number;
  #nats: RunningServer;
  #running: ChildProcess | null = null;
  #words = '';

  private constructor(
    directory: string,
    nats: RunningServer,
    link: Link,
    database: { url: string; drop(): Promise<void> },
  ) {
    this.#directory = directory;
    this.#nats = nats;
    this.#natsPort = nats.port;
    this.#link = link;
    this.databaseUrl = database.url;
    this.#drop = () => database.drop();
  }

  /** A house that plays history, so fast. */
  static async open(instantsPerSecond: number): Promise<RunningHouse> {
    const house = await RunningHouse.#build();
    await house.#start([], { INSTANTS_PER_SECOND: String(instantsPerSecond) });
    return house;
  }

  /** A house on the wall clock, which watches what this configuration says. */
  static async openLive(config: object): Promise<RunningHouse> {
    const house = await RunningHouse.#build();
    const path = join(house.#directory, 'tocsin.config.json');
    await writeFile(path, JSON.stringify(config));
    await house.#start(['--live'], { TOCSIN_CONFIG: path });
    return house;
  }

  static async #build(): Promise<RunningHouse> {
    const serverUrl = process.env['DATABASE_URL'];
    if (serverUrl === undefined) throw new Error('DATABASE_URL is set by the global set-up of the integration tests');
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-scenario-'));
    const nats = await startNats({ dir: join(directory, 'nats') });
    return new RunningHouse(directory, nats, await Link.open(nats.port), await createDatabase(serverUrl));
  }

  /** Runs `npm start` and waits until it shows where to look. */
  async #start(flags: readonly string[], settings: Readonly<Record<string, string>>): Promise<void> {
    const child = spawn(process.execPath, [join(ROOT, 'tools/start.mjs'), ...flags], {
      cwd: ROOT,
      env: {
        ...process.env,
        NATS_URL: this.natsUrl,
        DATABASE_URL: this.databaseUrl,
        TOCSIN_DATA: this.#directory,
        TOCSIN_PORT: String(await freePort()),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        this.#words += bytes.toString();
      });
    await this.until(
      'the house is open',
      () => this.#run.api !== undefined && this.#words.includes(this.#run.api),
      90_000,
    );
  }

  get natsUrl(): string {
    return `nats://127.0.0.1:${this.#link.port}`;
  }

  /** What the start has said so far. */
  get words(): string {
    return this.#words;
  }

  /** Asks the query service. @throws {Error} when it does not answer with 200. */
  async ask<Body>(path: string): Promise<Body> {
    const answer = await fetch(`${this.#run.api ?? ''}${path}`, { signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return (await answer.json()) as Body;
  }

  /** Asks the query service for something to be done, under a key by which asking again is the same request. */
  async tell(path: string, body: object, key: string): Promise<void> {
    const answer = await fetch(`${this.#run.api ?? ''}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  }

  /** Runs the agent of the docs under a name; whoever runs it ends it. */
  runAgent(agentId: string): ChildProcess {
    return spawn(process.execPath, [join(ROOT, 'docs/examples/agent.mjs')], {
      cwd: ROOT,
      env: { ...process.env, NATS_URL: this.natsUrl, AGENT_ID: agentId },
      stdio: 'ignore',
    });
  }

  /** The ids of everything that arrived at the receiver of `channel`, repeats and all, in the order of arrival. */
  arrivals(channel: string): readonly string[] {
    const file = join(this.#directory, 'sinks.jsonl');
    if (!existsSync(file)) return []; // Nothing has arrived yet.
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines
      .map((line) => JSON.parse(line) as { channel: string; notificationId: string | null })
      .filter((arrival) => arrival.channel === channel)
      .map(({ notificationId }) => notificationId ?? '(none)');
  }

  /** Every delivery that notification has ever decided on, from its journal. */
  async intendedDeliveries(): Promise<readonly DeliveryIntended['data'][]> {
    const facts = await this.journal('notification');
    return facts.flatMap((fact) => (fact.type === 'DeliveryIntended' ? [fact.data] : []));
  }

  /** Everything that a service has ever said. */
  async journal(service: ServiceName): Promise<readonly Recorded<AnyEvent>[]> {
    const database = new Database({
      url: this.databaseUrl,
      schema: service,
      applicationName: 'scenario',
      connectionsMax: 1,
      onIdleError: () => undefined,
    });
    try {
      const { rows } = await database.query<{ body: Buffer }>('SELECT body FROM journal');
      return rows.map(({ body }) => decodeEvent(body, { lane: streamOf(service), position: 1 }));
    } finally {
      await database.close();
    }
  }

  /** What runs now. */
  get processes(): readonly { readonly name: string; readonly pid: number }[] {
    return this.#run.processes ?? [];
  }

  pidOf(service: ServiceName): number {
    const pid = this.#run.processes?.find(({ name }) => name === service)?.pid;
    if (pid === undefined) throw new Error(`${service} does not run`);
    return pid;
  }

  /** kill -9, and waits until the supervisor has started it again. */
  async kill(service: ServiceName): Promise<void> {
    // One that found no log at its start has ended, and is started again with a back-off.
    await this.until(`${service} runs`, () => this.processes.some(({ name }) => name === service));
    const pid = this.pidOf(service);
    process.kill(pid, 'SIGKILL');
    await this.until(
      `${service} runs again`,
      () => this.#run.processes?.some((run) => run.name === service && run.pid !== pid) === true,
    );
  }

  /** Lets a service's relay publish without hearing a single acknowledgement, and kills it before it can know. */
  async killBetweenPublishAndRecord(service: ServiceName): Promise<void> {
    this.#link.makeDumb(`${service}-0`);
    await pause(400); // Long enough for messages to be stored, shorter than the relay's patience.
    await this.kill(service);
    this.#link.makeWell(`${service}-0`);
  }

  /** kill -9 of nats-server, and the same again on its files. */
  async killNats(): Promise<void> {
    await this.#nats.kill();
    await pause(500);
    this.#nats = await startNats({ dir: join(this.#directory, 'nats'), port: this.#natsPort });
  }

  /** Stops and continues a service: alive for its supervisor, silent for everybody else. */
  signal(service: ServiceName, signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.pidOf(service), signal);
  }

  /** Waits until a service has said that it lives. */
  async beats(service: ServiceName): Promise<void> {
    const nats = await connect({ servers: `nats://127.0.0.1:${this.#natsPort}` });
    try {
      const beat = nats.subscribe(`hb.service.${service}`, { max: 1, timeout: 60_000 });
      for await (const _ of beat) return;
    } finally {
      await nats.close();
    }
  }

  /** Ctrl-C: returns once everything has drained and ended. */
  async stop(): Promise<void> {
    const child = this.#running;
    if (child === null) return;
    this.#running = null;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#link.close();
    await this.#nats.stop();
    await this.#drop();
    forget(this.#directory);
  }

  /** Waits until `condition` holds; a house that is just losing a service may not answer, which is not yet a failure. */
  async until(what: string, condition: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
    const giveUpAt = performance.now() + limitMs;
    let trouble = '';
    for (;;) {
      try {
        if (await condition()) return;
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
      }
      if (performance.now() > giveUpAt)
        throw new Error(
          `waited ${limitMs} ms in vain until ${what}. ${trouble}\n${this.#words}\n${this.#complaints()}`,
        );
      await pause(POLL_MS);
    }
  }

  /** What the services complained of last: the first thing to read when a scenario fails. */
  #complaints(): string {
    const logs = join(this.#directory, 'logs');
    if (!existsSync(logs)) return 'No service has said anything yet.';
    return readdirSync(logs)
      .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
      .filter((line) => /"level":(?:40|50|60)/.test(line))
      .slice(-COMPLAINTS_SHOWN)
      .join('\n');
  }

  get #run(): RunFile {
    try {
      return JSON.parse(readFileSync(join(this.#directory, 'run.json'), 'utf8')) as RunFile;
    } catch {
      return {}; // It is being written, or not there yet.
    }
  }
}
