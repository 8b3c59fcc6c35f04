import { join } from 'node:path';
import { BUILT_SERVICES, type ServiceName } from '@tocsin/contracts';
import { Supervisor, type WatchedProcess } from '@tocsin/tools/supervisor';
import { until } from './patience.ts';
import type { Receivers } from './receivers.ts';
import { DELIVERY_TIMEOUT_MS, type HouseSettings } from './settings.ts';

export type ServicesOptions = {
  readonly directory: string;
  readonly settings: HouseSettings;
  readonly receivers: Pick<Receivers, 'webhookUrl' | 'smtpUrl'>;
  readonly natsUrl: string;
  readonly databaseUrl: string;
};

/** The reasons of `/readyz`. */
type Readiness = { readonly reasons?: readonly string[] };

const OPEN_WITHIN_MS = 60_000;
const ASK_WITHIN_MS = 1_000;

/** Parked keys wait for a person, but nobody else waits for them: everything but those keys goes on. */
const ONLY_SOME_KEYS = /^\d+ messages are parked: /;

/** These run twice all the time, as they would where people rely on them: the one works, the other stands by. */
const REPLICATED: readonly ServiceName[] = ['escalation', 'notification'];

/** The processes of the house: every service, some of them twice, at times a successor, or a second stack by mistake. */
export class Services {
  readonly #options: ServicesOptions;
  readonly #supervisor: Supervisor;
  readonly #hopeless: string[] = [];
  #successors = 0;

  constructor(options: ServicesOptions) {
    this.#options = options;
    this.#supervisor = new Supervisor({
      say: () => undefined,
      onHopeless: (why) => this.#hopeless.push(why),
      onChange: () => undefined,
      logs: join(options.directory, 'logs'),
    });
  }

  /** What processes said that no new start can mend. */
  get hopeless(): readonly string[] {
    return this.#hopeless;
  }

  async startAll(): Promise<void> {
    for (const service of BUILT_SERVICES) this.start(service);
    await this.#supervisor.untilOpen(ALL_INSTANCES, OPEN_WITHIN_MS, new AbortController().signal);
  }

  start(service: ServiceName): void {
    for (const name of instancesOf(service)) this.#start(service, name, name);
  }

  async stop(service: ServiceName): Promise<void> {
    await this.#supervisor.stop(instancesOf(service));
  }

  async stopAll(): Promise<void> {
    await this.#supervisor.stop([...new Set(this.#supervisor.processes.map(({ name }) => name))]);
    await this.#supervisor.stop(ALL_INSTANCES);
  }

  /** Starts another instance beside the one that works, and returns its name once it is open. */
  async startSuccessor(service: ServiceName): Promise<string> {
    this.#successors += 1;
    const name = `${service}-successor-${this.#successors}`;
    this.#start(service, name, name);
    await this.#supervisor.untilOpen([name], OPEN_WITHIN_MS, new AbortController().signal);
    return name;
  }

  /** Starts every service once more, under the names of those that run: a deployment that was made twice. */
  async startDoubles(): Promise<readonly string[]> {
    this.#successors += 1;
    const names = BUILT_SERVICES.map((service) => `${service}-double-${this.#successors}`);
    for (const [index, service] of BUILT_SERVICES.entries()) this.#start(service, names[index] ?? '', firstOf(service));
    await this.#supervisor.untilOpen(names, OPEN_WITHIN_MS, new AbortController().signal);
    return names;
  }

  async stopNamed(names: readonly string[]): Promise<void> {
    await this.#supervisor.stop(names);
  }

  /** The process of that name; waits for one while the supervisor starts it. */
  async pidOf(name: string): Promise<number> {
    let pid = 0;
    await until(
      `${name} runs`,
      () => {
        pid = this.#processOf(name)?.pid ?? 0;
        return pid !== 0;
      },
      OPEN_WITHIN_MS,
    );
    return pid;
  }

  /** The instance of a service that works now; the first one where none says so. */
  async holderOf(service: ServiceName): Promise<string> {
    for (const name of instancesOf(service)) {
      try {
        if (await this.isHolder(name)) return name;
      } catch {
        // Who does not answer does not work.
      }
    }
    return firstOf(service);
  }

  /** kill -9; the supervisor starts it again. */
  async kill(name: string): Promise<void> {
    signalTo(await this.pidOf(name), 'SIGKILL');
  }

  async signal(name: string, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    signalTo(await this.pidOf(name), signal);
  }

  /** Whether the process of that name is the one that works. */
  async isHolder(name: string): Promise<boolean> {
    const metrics = await (await this.#ask(name, '/metrics')).text();
    return /^tocsin_is_holder\{[^}]*\} 1$/m.test(metrics);
  }

  /** Why the instances of a service are not ready; empty when they are, and `null` when none of them answers. */
  async obstaclesOf(service: ServiceName): Promise<readonly string[] | null> {
    const told = await Promise.all(instancesOf(service).map((name) => this.#obstaclesTold(name)));
    const answers = told.filter((reasons) => reasons !== null);
    return answers.length === 0 ? null : answers.flat();
  }

  async #obstaclesTold(name: string): Promise<readonly string[] | null> {
    try {
      const readiness = (await (await this.#ask(name, '/readyz')).json()) as Readiness;
      return (readiness.reasons ?? []).filter((reason) => !ONLY_SOME_KEYS.test(reason));
    } catch {
      return null;
    }
  }

  async #ask(name: string, path: string): Promise<Response> {
    const url = this.#processOf(name)?.url;
    if (url === undefined || url === null) throw new Error(`${name} is not open`);
    return fetch(`${url}${path}`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
  }

  #processOf(name: string): WatchedProcess | undefined {
    return this.#supervisor.processes.find((process) => process.name === name);
  }

  #start(service: ServiceName, name: string, instance: string): void {
    const { directory, settings, receivers, natsUrl, databaseUrl } = this.#options;
    this.#supervisor.start({
      name,
      script: `services/${service}/dist/src/main.js`,
      env: {
        NATS_URL: natsUrl,
        DATABASE_URL: databaseUrl,
        TOCSIN_CLOCK: 'accelerated',
        TOCSIN_INSTANCE: instance,
        TOCSIN_DATA: directory,
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: '0',
        LOG_FILE: join(directory, 'logs', `${name}.log`),
        ...(service === 'ingestion' && {
          INSTANTS_PER_SECOND: String(settings.instantsPerSecond),
          SIMULATED_PAIRS: String(settings.pairs),
        }),
        ...(service === 'notification' && {
          ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
          WEBHOOK_URL: receivers.webhookUrl,
          WEBHOOK_SECRET_FILE: join(directory, 'webhook.secret'),
          SMTP_URL: receivers.smtpUrl,
          MAIL_FROM: 'Tocsin <tocsin@example.org>',
          MAIL_TO: 'on-call@example.org',
          NOTIFICATION_POLICY_FILE: join(directory, 'policy.json'),
          DELIVERY_TIMEOUT_MS: String(DELIVERY_TIMEOUT_MS),
        }),
      },
    });
  }
}

/** The instance of a service that works while nothing has been wrong yet. */
const firstOf = (service: ServiceName): string => `${service}-0`;

const instancesOf = (service: ServiceName): readonly string[] =>
  REPLICATED.includes(service) ? [firstOf(service), `${service}-1`] : [firstOf(service)];

const ALL_INSTANCES = BUILT_SERVICES.flatMap(instancesOf);

/** A process that has just ended is no error: the fault then hits somebody who is already down. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
