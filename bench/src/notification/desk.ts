import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  BUILT_SERVICES,
  POLICY_DEFAULTS,
  type AnyEvent,
  type ChannelPolicy,
  type NotificationDefaults,
} from '@tocsin/contracts';
import { instant, pairOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { to, type Database, type EntityType, type EventLog } from '@tocsin/event-log';
import { forget, freePort } from '@tocsin/local-servers';
import { schema } from '@tocsin/notification/schema';
import { openGround, type Ground } from '../ground.ts';
import { Receiver } from './receiver.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const BEGUN = instant('2026-01-05T00:00:00.000Z');
const HANDED_OVER = 400;
/** What the house lets out in a minute at most; the most that can be set. */
const UNLIMITED = 100_000;
const POLL_MS = 20;
const PROVIDERS = 10;
const LIMIT_MS = 300_000;

type Say = { readonly type: 'Say'; readonly data: AnyEvent };

/** Another service as far as notification hears it: it says what it is told to. */
const played = (type: string): EntityType<Say, AnyEvent, { readonly said: number }> => ({
  type,
  decider: {
    initialState: () => ({ said: 0 }),
    decide: ({ data }) => [data],
    evolve: ({ said }) => ({ said: said + 1 }),
  },
});

const episodes = played('episode');
const clock = played('clock');

/** An episode of a pair of its own; every number is another one. Pairs of one provider are told together. */
export const episode = (number: number, provider = `p${number % PROVIDERS}`) =>
  ({
    scope: `pair-B${number}-1m`,
    scopeKind: 'pair',
    episodeId: number.toString(16).padStart(16, '0'),
    openedAt: BEGUN,
    simulated: false,
    subject: { pair: pairOf(`B${number}`, '1m'), symbol: `B${number}`, timeframe: '1m', provider },
  }) as const;

/** The one channel that there is, by what it takes. */
export const receiverOf = (rate: ChannelPolicy['rate']): ChannelPolicy => ({
  id: 'ops-webhook',
  kind: 'webhook',
  name: 'Receiver',
  enabled: true,
  minLevel: 'WARN',
  success: 'restoration',
  signals: false,
  rate,
});

/** The house's own policy with one receiver, told at once and without a limit that would be measured instead. */
const IN_A_HURRY: NotificationDefaults = {
  ...POLICY_DEFAULTS['notification-defaults'],
  channels: [receiverOf({ messages: 10_000, perMs: 250 })],
  routes: { INFO: ['webhook'], WARN: ['webhook'], ERROR: ['webhook'], CRITICAL: 'all' },
  grouping: { waitMs: 0, intervalMs: 0, criticalIntervalMs: 0 },
  repeats: {},
  digests: {},
};

/** A real notification process on servers of its own, an escalation that is played, and somebody who is told. */
export class Desk {
  readonly receiver: Receiver;
  readonly database: Database;
  readonly #ground: Ground;
  readonly #escalation: EventLog;
  /** The time-keeper: nothing is due before it says so. */
  readonly #ingestion: EventLog;
  readonly #child: ChildProcess;
  readonly #directory: string;
  #time: Instant = BEGUN;
  #told = 0;

  private constructor(parts: {
    readonly ground: Ground;
    readonly escalation: EventLog;
    readonly ingestion: EventLog;
    readonly child: ChildProcess;
    readonly directory: string;
    readonly receiver: Receiver;
  }) {
    this.#ground = parts.ground;
    this.#escalation = parts.escalation;
    this.#ingestion = parts.ingestion;
    this.#child = parts.child;
    this.#directory = parts.directory;
    this.receiver = parts.receiver;
    this.database = parts.ground.database('notification');
  }

  static async open(changes: Partial<NotificationDefaults> = {}, messagesPerMinute = UNLIMITED): Promise<Desk> {
    const ground = await openGround();
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
    writeFileSync(join(directory, 'policy.json'), JSON.stringify({ ...IN_A_HURRY, ...changes }));
    writeFileSync(join(directory, 'secret'), randomBytes(32).toString('base64'));
    const others = BUILT_SERVICES.filter((service) => service !== 'notification' && service !== 'query');
    await ground.setUp([schema, ...others.map((service) => ({ service, migrations: [] }))]);
    const receiver = await Receiver.open();
    const escalation = await ground.open({ service: 'escalation', entities: [episodes] });
    const ingestion = await ground.open({ service: 'ingestion', entities: [clock] });
    const child = await start(ground, directory, receiver.url, messagesPerMinute);
    return new Desk({ ground, escalation, ingestion, child, directory, receiver });
  }

  /** Lets escalation say facts, and time pass by a second. */
  async say(...events: readonly AnyEvent[]): Promise<void> {
    this.#time = plusMs(this.#time, 1_000);
    for (let from = 0; from < events.length; from += HANDED_OVER) {
      const part = events.slice(from, from + HANDED_OVER).map((event) => {
        this.#told += 1;
        const scope = 'scope' in event.data ? event.data.scope : 'none';
        const intentions = [to(episodes, scope, { type: 'Say', data: event })];
        return { causeId: `told:${this.#told}`, time: this.#time, intentions };
      });
      await this.#escalation.perform(part);
    }
    const now = plusMs(this.#time, 1_000);
    const data: AnyEvent = { type: 'ClockAdvanced', data: { clock: 'virtual', now, because: 'a second has passed' } };
    const intentions = [to(clock, 'virtual', { type: 'Say', data })];
    await this.#ingestion.perform([{ causeId: `clock:${now}`, time: now, intentions }]);
  }

  /** Waits until notification has heard all that was said. */
  async heard(): Promise<void> {
    await this.until('everything was heard', async () => {
      const { position } = this.#escalation.health().relay;
      const { rows } = await this.database.query<{ position: number }>(
        `SELECT position FROM checkpoint WHERE lane = 'LOG_ESCALATION'`,
      );
      return (rows[0]?.position ?? 0) >= position && position >= this.#told;
    });
  }

  /** @throws {Error} when it never comes. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + LIMIT_MS;
    while (!(await holds())) {
      if (performance.now() > giveUpAt) throw new Error(`${LIMIT_MS} ms in vain until ${what}`);
      await pause(POLL_MS);
    }
  }

  /** The notification process. */
  get process(): ChildProcess {
    return this.#child;
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#escalation.close();
    await this.#ingestion.close();
    await this.database.close();
    this.receiver.close();
    await this.#ground.close();
    forget(this.#directory);
  }
}

async function start(
  ground: Ground,
  directory: string,
  webhookUrl: string,
  messagesPerMinute: number,
): Promise<ChildProcess> {
  return spawn(process.execPath, [join(ROOT, 'services/notification/dist/src/main.js')], {
    cwd: ROOT,
    env: {
      ...process.env,
      NATS_URL: ground.natsUrl,
      DATABASE_URL: ground.databaseUrl,
      TOCSIN_CLOCK: 'accelerated',
      TOCSIN_DATA: directory,
      HTTP_PORT: String(await freePort()),
      LOG_LEVEL: 'error',
      WEBHOOK_URL: webhookUrl,
      WEBHOOK_SECRET_FILE: join(directory, 'secret'),
      NOTIFICATION_POLICY_FILE: join(directory, 'policy.json'),
      MESSAGES_PER_MINUTE: String(messagesPerMinute),
      ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
