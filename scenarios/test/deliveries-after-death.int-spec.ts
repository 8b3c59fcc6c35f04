import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeEvent, POLICY_DEFAULTS, type AnyEvent, type EpisodeRaised, type Level } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Database, EventLog, to, Watchdog, type EntityType } from '@tocsin/event-log';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import { ServiceProcess } from '../src/service-process.ts';
import { WebhookReceiver } from '../src/webhook-receiver.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Escalation is played: all that it does here is to raise. */
const raising: EntityType<EpisodeRaised, EpisodeRaised, null> = {
  type: 'episode',
  decider: { initialState: () => null, decide: (raised) => [raised], evolve: () => null },
};

const house = POLICY_DEFAULTS['notification-defaults'];
const policy = {
  ...house,
  routes: { ...house.routes, WARN: ['log', 'webhook'] },
  grouping: { waitMs: 0, intervalMs: 0, criticalIntervalMs: 0 },
  attempts: { ...house.attempts, baseMs: 1_500 },
};

/** Real processes on real servers, which die as processes do. */
describe('a delivery', () => {
  let directory: string;
  let nats: RunningServer;
  let database: { readonly url: string; drop(): Promise<void> };
  let tables: Database;
  let escalation: EventLog;
  let receiver: WebhookReceiver;
  let episodes = 0;
  const running = new Map<string, ServiceProcess>();

  const start = async (instance: string): Promise<void> => {
    const process = await ServiceProcess.start('notification', {
      NATS_URL: nats.url,
      DATABASE_URL: database.url,
      TOCSIN_DATA: directory,
      TOCSIN_CLOCK: 'wall',
      TOCSIN_INSTANCE: instance,
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET_FILE: join(directory, 'secret'),
      NOTIFICATION_POLICY_FILE: join(directory, 'policy.json'),
      ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
      DELIVERY_TIMEOUT_MS: '1000',
      DELIVERY_POLL_MS: '20',
    });
    running.set(instance, process);
  };
  const kill = async (instance: string): Promise<void> => {
    await running.get(instance)?.kill();
    running.delete(instance);
  };

  beforeAll(async () => {
    const projects = ['tools', 'services/notification'];
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', ...projects], { cwd: ROOT });
    directory = await mkdtemp(join(tmpdir(), 'tocsin-deaths-'));
    receiver = await WebhookReceiver.open();
    await writeFile(join(directory, 'secret'), randomBytes(32).toString('base64'));
    await writeFile(join(directory, 'policy.json'), JSON.stringify(policy));
    nats = await startNats({ dir: join(directory, 'nats') });
    database = await createDatabase(process.env['DATABASE_URL'] ?? '');
    const env = { ...process.env, NATS_URL: nats.url, DATABASE_URL: database.url, TOCSIN_DATA: directory };
    execFileSync(process.execPath, [join(ROOT, 'tools/dist/src/setup.js')], { env });
    const silent = () => undefined;
    escalation = new EventLog(
      { service: 'escalation', hears: [], entities: [raising], locals: [], body: null },
      {
        natsUrl: nats.url,
        databaseUrl: database.url,
        instance: 'escalation-0',
        clock: 'wall',
        dataDirectory: directory,
        replicas: 1,
        log: { info: silent, warn: silent, error: silent },
        watchdog: new Watchdog(),
      },
    );
    await escalation.open([]);
    tables = new Database({
      url: database.url,
      schema: 'notification',
      applicationName: 'scenario',
      connectionsMax: 1,
      onIdleError: silent,
    });
  }, 120_000);
  afterEach(async () => {
    for (const instance of [...running.keys()]) await kill(instance);
  });
  afterAll(async () => {
    await escalation.close();
    await tables.close();
    receiver.close();
    await nats.stop();
    await database.drop();
    forget(directory);
  });

  const until = async (what: string, happened: () => boolean | Promise<boolean>): Promise<void> => {
    const giveUpAt = performance.now() + 60_000;
    while (!(await happened())) {
      if (performance.now() > giveUpAt) throw new Error(`it never came true that ${what}`);
      await pause(20);
    }
  };
  /** Returns the id of the message to the webhook. */
  const raise = async (level: Level): Promise<string> => {
    episodes += 1;
    const at = instant(Date.now());
    const [scope, episodeId] = [`pair-DEATH${episodes}-15m`, `e${episodes}`];
    const raised: EpisodeRaised = {
      type: 'EpisodeRaised',
      data: {
        ...{ scope, scopeKind: 'pair', episodeId, from: 'INFO', to: level, causeEventIds: [], reopenOf: null, at },
        ...{ cause: 'A bar could not be fetched.', openedAt: at, simulated: true },
      },
    };
    const intentions = [to(raising, scope, raised)];
    await escalation.perform([{ causeId: `raise:${episodeId}`, time: at, intentions }]);
    return `esc:${episodeId}:${level}:ops-webhook:0`;
  };
  /** What notification said of one message, in order. */
  const said = async (notificationId: string): Promise<readonly AnyEvent[]> => {
    const { rows } = await tables.query<{ body: Buffer }>('SELECT body FROM journal ORDER BY insert_id');
    return rows
      .map(({ body }, index) => decodeEvent(body, { lane: 'LOG_NOTIFICATION', position: index + 1 }))
      .filter(({ data }) => 'notificationId' in data && data.notificationId === notificationId);
  };
  const isOver = async (notificationId: string): Promise<boolean> => {
    const ends = ['DeliverySucceeded', 'DeliveryUnknown', 'DeliveryDeadLettered', 'DeliveryWithdrawn'];
    return (await said(notificationId)).some(({ type }) => ends.includes(type));
  };
  const holder = async (): Promise<string | null> =>
    (await tables.query<{ holder: string | null }>('SELECT holder FROM consumer')).rows[0]?.holder ?? null;

  it('T-45: of CRITICAL that was on its way at a kill -9 is sent again under its id, and is one message to the receiver', async () => {
    await start('notification-0');
    receiver.answer('nothing', 200);
    const id = await raise('CRITICAL');
    await until('it has arrived', () => receiver.arrivalsOf(id).length === 1);
    await kill('notification-0');
    expect((await said(id)).map(({ type }) => type)).toEqual(['DeliveryIntended']);

    await start('notification-0');
    await until('it has its outcome', () => isOver(id));
    const [first, again, ...more] = receiver.arrivalsOf(id);
    expect(more).toEqual([]);
    expect(again).toEqual({ id, body: first?.body, isPossibleRepeat: true, status: 200 });
    expect((await said(id)).slice(1)).toMatchObject([
      { type: 'DeliverySucceeded', data: { attempts: 2, possibleRepeat: true } },
    ]);
  }, 90_000);

  it('T-45: of WARN that was on its way at a kill -9 is not sent twice, and its outcome stays unknown', async () => {
    await start('notification-0');
    receiver.answer('nothing', 200);
    const id = await raise('WARN');
    await until('it has arrived', () => receiver.arrivalsOf(id).length === 1);
    await kill('notification-0');

    await start('notification-0');
    await until('it has its outcome', () => isOver(id));
    expect(receiver.arrivalsOf(id)).toHaveLength(1);
    expect((await said(id)).map(({ type }) => type)).toEqual(['DeliveryIntended', 'DeliveryUnknown']);
  }, 90_000);

  it('T-48: with two replicas, into a 500 and then a 200, is accepted exactly once', async () => {
    await Promise.all([start('notification-0'), start('notification-1')]);
    receiver.answer(500, 200);
    const id = await raise('CRITICAL');
    await until('it has its outcome', () => isOver(id));
    expect(receiver.arrivalsOf(id).map(({ status }) => status)).toEqual([500, 200]);
    expect((await said(id)).map(({ type }) => type)).toEqual([
      'DeliveryIntended',
      'DeliveryFailed',
      'DeliverySucceeded',
    ]);
  }, 90_000);

  it('T-48: is taken over where one replica got a 500 and died, and accepted exactly once', async () => {
    await Promise.all([start('notification-0'), start('notification-1')]);
    await until('one of them works', async () => running.has((await holder()) ?? ''));
    receiver.answer(500, 200);
    const id = await raise('CRITICAL');
    await until('it was refused once', async () => (await said(id)).some(({ type }) => type === 'DeliveryFailed'));
    await kill((await holder()) ?? '');
    await until('the other has brought it through', () => isOver(id));
    expect(receiver.arrivalsOf(id).map(({ status }) => status)).toEqual([500, 200]);
    expect((await said(id)).at(-1)).toMatchObject({ type: 'DeliverySucceeded', data: { possibleRepeat: false } });
  }, 90_000);

  it('T-48: is sent once more at most by a replica that slept while another took over, and is one message', async () => {
    await Promise.all([start('notification-0'), start('notification-1')]);
    await until('one of them works', async () => running.has((await holder()) ?? ''));
    const asleep = (await holder()) ?? '';
    receiver.answer('nothing', 200);
    const id = await raise('CRITICAL');
    await until('it has arrived', () => receiver.arrivalsOf(id).length === 1);
    running.get(asleep)?.signal('SIGSTOP');
    await until('the other has brought it through', () => isOver(id));
    running.get(asleep)?.signal('SIGCONT');
    const next = await raise('CRITICAL');
    await until('the next one is told as well', () => isOver(next));
    const arrivals = receiver.arrivalsOf(id);
    expect(arrivals.map(({ status }) => status)).toEqual([null, 200]);
    expect(new Set(arrivals.map(({ body }) => body)).size).toBe(1);
    expect(receiver.arrivalsOf(next)).toHaveLength(1);
  }, 120_000);
});
