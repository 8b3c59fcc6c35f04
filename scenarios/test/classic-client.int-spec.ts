import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClockAdvanced } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { EventLog, setUp, to, Watchdog, type EntityType } from '@tocsin/event-log';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import { AckPolicy, connect, DeliverPolicy, type JsMsg, type NatsConnection } from 'nats';

type Tick = { readonly type: 'Tick'; readonly data: { readonly now: Instant } };

const clock: EntityType<Tick, ClockAdvanced, { readonly ticks: number }> = {
  type: 'clock',
  decider: {
    initialState: () => ({ ticks: 0 }),
    decide: ({ data: { now } }) => [
      { type: 'ClockAdvanced', data: { clock: 'virtual', now, because: 'a consumer listens' } },
    ],
    evolve: ({ ticks }) => ({ ticks: ticks + 1 }),
  },
};

const dawn = instant('2026-03-02T09:00:00.000Z');
const LANE = 'LOG_INGESTION';

/** The customer's consumers use the classic `nats` package; what we publish must be theirs to read as it is. */
describe('an outside consumer with the classic nats client', () => {
  let directory: string;
  let server: RunningServer;
  let database: { readonly url: string; drop(): Promise<void> };
  let log: EventLog;
  let outside: NatsConnection;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tocsin-classic-'));
    server = await startNats({ dir: join(directory, 'nats') });
    database = await createDatabase(process.env['DATABASE_URL'] ?? '');
    await setUp({
      natsUrl: server.url,
      databaseUrl: database.url,
      replicas: 1,
      schemas: [{ service: 'ingestion', migrations: [] }],
      say: () => undefined,
    });
    const silent = () => undefined;
    log = new EventLog(
      { service: 'ingestion', hears: [], entities: [clock], locals: [], body: null },
      {
        natsUrl: server.url,
        databaseUrl: database.url,
        instance: 'ingestion-0',
        clock: 'accelerated',
        dataDirectory: directory,
        replicas: 1,
        log: { info: silent, warn: silent, error: silent },
        watchdog: new Watchdog(),
      },
    );
    await log.open([]);
    outside = await connect({ servers: server.url });
  });
  afterAll(async () => {
    await outside.close();
    await log.close();
    await server.stop();
    await database.drop();
    forget(directory);
  });

  const say = (from: number, count: number) =>
    log.perform(
      Array.from({ length: count }, (_, index) => {
        const now = plusMs(dawn, (from + index) * 60_000);
        return {
          causeId: `tick:${from + index}`,
          time: now,
          intentions: [to(clock, 'virtual', { type: 'Tick', data: { now } })],
        };
      }),
    );
  const timeOf = (message: JsMsg) => message.json<{ time: Instant }>().time;
  const minutes = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => plusMs(dawn, (from + index) * 60_000));

  it('subscribes to a kind of fact and gets plain CloudEvents with our headers', async () => {
    const subscription = outside.subscribe('evt.ingestion.*.clock.*.advanced', { max: 1 });
    await outside.flush();
    await say(1, 1);
    for await (const message of subscription) {
      expect(message.json()).toMatchObject({
        specversion: '1.0',
        type: 'tocsin.ingestion.clock.advanced.v1',
        data: { clock: 'virtual' },
      });
      expect(message.headers?.get('Content-Type')).toBe('application/cloudevents+json');
      expect(message.headers?.get('Nats-Expected-Last-Sequence')).toBe('0');
    }
  });

  it('pulls in batches, acknowledges, and goes on where it stopped', async () => {
    await say(2, 9);
    const manager = await outside.jetstreamManager();
    await manager.consumers.add(LANE, {
      durable_name: 'desk',
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      filter_subject: 'evt.ingestion.shared.clock.*.advanced',
    });
    const consumer = await outside.jetstream().consumers.get(LANE, 'desk');
    const pull = async (count: number) => {
      const times: Instant[] = [];
      for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
        times.push(timeOf(message));
        expect(await message.ackAck()).toBe(true);
      }
      return times;
    };

    expect(await pull(4)).toEqual(minutes(1, 4));
    expect(await pull(6)).toEqual(minutes(5, 6));
    expect((await consumer.info()).num_ack_pending).toBe(0);
  });

  it('replays the lane from any position, in order', async () => {
    const consumer = await outside
      .jetstream()
      .consumers.get(LANE, { opt_start_seq: 3, deliver_policy: DeliverPolicy.StartSequence });
    const times: Instant[] = [];
    for await (const message of await consumer.fetch({ max_messages: 8, expires: 5_000 })) times.push(timeOf(message));
    expect(times).toEqual(minutes(3, 8));
  });
});
