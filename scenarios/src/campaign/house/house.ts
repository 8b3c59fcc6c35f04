import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { forget, startNats, startPostgres, type RunningServer } from '@tocsin/local-servers';
import { Link } from '../../link.ts';
import { losingAcknowledgements } from '../../nats-frames.ts';
import { Disk } from './disk.ts';
import { NatsFiles } from './nats-files.ts';
import { Receivers } from './receivers.ts';
import { Services } from './services.ts';
import { DISK_MEGABYTES, POLICY, SESSIONS_MAX, type HouseSettings } from './settings.ts';

const run = promisify(execFile);
/** The folder of the workspace. */
export const ROOT = resolve(import.meta.dirname, '../../../../..');
const SET_UP_LIMIT_MS = 120_000;

/**
 * A whole Tocsin that belongs to the campaign: nats-server and PostgreSQL on files of its own, wires to both, receivers
 * that can misbehave, and the five services as processes under the supervisor of `npm start`.
 */
export class House {
  readonly settings: HouseSettings;
  readonly directory: string;
  readonly receivers: Receivers;
  readonly services: Services;
  readonly natsLink: Link;
  readonly postgresLink: Link;
  readonly files: NatsFiles;
  /** Null where nothing can be mounted: then the disk cannot be full. */
  readonly disk: Disk | null;
  readonly #lost: { count: number };
  #nats: RunningServer;
  #postgres: RunningServer;

  private constructor(parts: {
    readonly settings: HouseSettings;
    readonly directory: string;
    readonly receivers: Receivers;
    readonly disk: Disk | null;
    readonly nats: RunningServer;
    readonly postgres: RunningServer;
    readonly natsLink: Link;
    readonly postgresLink: Link;
    readonly lost: { count: number };
  }) {
    const { settings, directory, receivers, disk, nats, postgres, natsLink, postgresLink, lost } = parts;
    this.settings = settings;
    this.directory = directory;
    this.receivers = receivers;
    this.disk = disk;
    this.files = new NatsFiles(join(directory, 'nats', 'jetstream'));
    this.#nats = nats;
    this.#postgres = postgres;
    this.natsLink = natsLink;
    this.postgresLink = postgresLink;
    this.#lost = lost;
    this.services = new Services({
      directory,
      settings,
      receivers,
      natsUrl: `nats://127.0.0.1:${natsLink.port}`,
      databaseUrl: atPort(postgres.url, postgresLink.port),
    });
  }

  /** Opens everything but the services. */
  static async build(settings: HouseSettings): Promise<House> {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-faults-'));
    chmodSync(directory, 0o711); // PostgreSQL's user must reach what is below.
    writeFileSync(join(directory, 'policy.json'), JSON.stringify(POLICY));
    writeFileSync(join(directory, 'webhook.secret'), randomBytes(32).toString('base64'));
    const disk = await Disk.mount(join(directory, 'nats', 'jetstream'), DISK_MEGABYTES);
    const receivers = await Receivers.open(directory);
    const nats = await startNats({ dir: join(directory, 'nats') });
    const postgres = await startPostgres({ dir: join(directory, 'postgres'), settings: POSTGRES_SETTINGS });
    const lost = { count: 0 };
    const isLost = (): boolean => {
      const loses = Math.random() < settings.acknowledgementsLost;
      if (loses) lost.count += 1;
      return loses;
    };
    const natsLink = await Link.open(nats.port, { filterAnswers: () => losingAcknowledgements(isLost) });
    const postgresLink = await Link.open(postgres.port);
    const parts = { settings, directory, receivers, disk, nats, postgres, natsLink, postgresLink, lost };
    const house = new House(parts);
    await house.setUp(postgres.url);
    return house;
  }

  /** Where the log is, past the wire. */
  get natsUrl(): string {
    return this.#nats.url;
  }

  /** Where the database is, past the wire. */
  get databaseUrl(): string {
    return this.#postgres.url;
  }

  /** Acknowledgements that were lost on the way. */
  get acknowledgementsLost(): number {
    return this.#lost.count;
  }

  /** Makes the schemas and streams in `databaseUrl` and this house's log. @throws {Error} with what the set-up said. */
  async setUp(databaseUrl: string): Promise<void> {
    await run(process.execPath, [join(ROOT, 'tools/dist/src/setup.js')], {
      cwd: ROOT,
      env: { ...process.env, NATS_URL: this.natsUrl, DATABASE_URL: databaseUrl },
      timeout: SET_UP_LIMIT_MS,
    });
  }

  async killNats(): Promise<void> {
    await this.#nats.kill();
  }

  /** Starts nats-server again on what is left of its files. */
  async startNats(): Promise<void> {
    this.#nats = await startNats({ dir: join(this.directory, 'nats'), port: this.#nats.port });
  }

  /** Stops PostgreSQL without a checkpoint and without a word to its clients: its next start has to recover. */
  async stopPostgresImmediately(): Promise<void> {
    process.kill(this.#postgres.pid, 'SIGQUIT');
    await this.#postgres.exited;
    await this.#postgres.stop();
  }

  async startPostgres(): Promise<void> {
    const { port } = this.#postgres;
    this.#postgres = await startPostgres({
      dir: join(this.directory, 'postgres'),
      port,
      settings: POSTGRES_SETTINGS,
    });
  }

  /** Keeps PostgreSQL's files as they are now, as a snapshot of its disk would. */
  async copyPostgres(): Promise<void> {
    await this.stopPostgresImmediately();
    await run('cp', ['-a', this.#cluster, `${this.#cluster}.copy`]);
    await this.startPostgres();
  }

  /** Puts the copy in the place of PostgreSQL's files; it can be restored again. */
  async restorePostgres(): Promise<void> {
    await this.stopPostgresImmediately();
    await run('rm', ['-rf', this.#cluster]);
    await run('cp', ['-a', `${this.#cluster}.copy`, this.#cluster]);
    await this.startPostgres();
  }

  get #cluster(): string {
    return join(realpathSync(join(this.directory, 'postgres')), 'cluster');
  }

  /** What the services wrote to their logs, line by line, in no order between services. */
  logLines(): readonly string[] {
    const logs = join(this.directory, 'logs');
    return readdirSync(logs).flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'));
  }

  /** Ends everything. What a failed campaign leaves is kept for whoever looks for the cause. */
  async close(isKept: boolean): Promise<void> {
    await this.services.stopAll();
    this.receivers.close();
    await Promise.all([this.natsLink.close(), this.postgresLink.close()]);
    await this.#nats.stop();
    await this.#postgres.stop();
    await this.disk?.unmount();
    if (isKept) {
      this.settings.say(`Logs and receivers are kept in ${this.directory}.`);
      return;
    }
    forget(join(this.directory, 'postgres'));
    forget(this.directory);
  }
}

const POSTGRES_SETTINGS = { max_connections: String(SESSIONS_MAX) };

function atPort(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}
