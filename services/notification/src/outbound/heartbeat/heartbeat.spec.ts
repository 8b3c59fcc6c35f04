import { instant } from '@tocsin/domain-kit';
import type { BeatListener, EventLogHealth } from '@tocsin/event-log';
import { Caller, Reach } from '@tocsin/outbound';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeadManHeartbeat } from './heartbeat.ts';

const well: EventLogHealth = {
  service: 'notification',
  isHolder: true,
  now: instant(0),
  obstacles: [],
  relay: { isHolder: true, position: 0, published: 0, halt: null, waitingFor: null, tailLosses: 0 },
  consumer: {
    isHolder: true,
    waitingFor: null,
    lanes: [],
    commandTrouble: null,
    parkedEvents: 0,
    parkedKeys: [],
    steps: { count: 0, events: 0, secondsTotal: 0, lastMs: 0, failedDecisions: 0 },
  },
};

/** A real watcher; the log's health and other services' beats are played. */
describe('the heartbeat', () => {
  const heard: string[] = [];
  const warned: string[] = [];
  let status = 200;
  let server: Server;
  let heartbeat: DeadManHeartbeat;
  let health: EventLogHealth;
  let listener: BeatListener;
  let nowMs: number;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push(`${request.method ?? ''} ${request.url ?? ''} ${Buffer.concat(chunks).toString()}`);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    heard.length = 0;
    warned.length = 0;
    status = 200;
    health = well;
    nowMs = 0;
    const { port } = server.address() as AddressInfo;
    heartbeat = new DeadManHeartbeat({
      eventLog: {
        isOpen: true,
        health: () => health,
        listenToBeats: (given) => {
          listener = given;
        },
      },
      watcher: {
        caller: new Caller('heartbeat', { timeoutMs: 2_000, reach: new Reach(['127.0.0.0/8']) }),
        url: `http://127.0.0.1:${port}/ping/7`,
      },
      everyMs: 60_000,
      nowMs: () => nowMs,
      log: { warn: (facts, message) => warned.push(`${message}: ${JSON.stringify(facts)}`) },
    });
    heartbeat.onApplicationBootstrap();
  });
  afterEach(() => heartbeat.beforeApplicationShutdown());

  const escalationBeats = (halted: string | null = null): void => {
    listener.onBeat({ service: 'escalation', instance: 'escalation-0', at: instant(0), halted });
  };

  it('tells the watcher that all is well', async () => {
    escalationBeats();
    await heartbeat.beat();
    expect(heard).toEqual(['POST /ping/7 {"service":"notification","status":"well"}']);
    expect(warned).toEqual([]);
  });

  it('says nothing while this instance stands by, or hears or speaks no more', async () => {
    escalationBeats();
    health = { ...well, isHolder: false };
    await heartbeat.beat();
    health = { ...well, relay: { ...well.relay, halt: { position: 7, because: 'not ours', remedy: 'look' } } };
    await heartbeat.beat();
    health = { ...well, consumer: { ...well.consumer, waitingFor: 'the database' } };
    await heartbeat.beat();
    expect(heard).toEqual([]);
    expect(warned).toHaveLength(3);
  });

  it('is no reason to wake somebody for what is parked while the rest goes on', async () => {
    escalationBeats();
    health = {
      ...well,
      obstacles: ['1 messages are parked: notice/a'],
      consumer: { ...well.consumer, parkedEvents: 1 },
    };
    await heartbeat.beat();
    expect(heard).toHaveLength(1);
  });

  it('says nothing while escalation is not heard of, and begins again with its next beat', async () => {
    listener.onBeat({ service: 'analysis', instance: 'analysis-0', at: instant(0), halted: null });
    await heartbeat.beat();
    escalationBeats('its own lane');
    await heartbeat.beat();
    escalationBeats();
    nowMs = 45_001;
    await heartbeat.beat();
    expect(heard).toEqual([]);
    escalationBeats();
    await heartbeat.beat();
    expect(heard).toHaveLength(1);
  });

  it('goes on when the watcher itself is in trouble', async () => {
    escalationBeats();
    status = 500;
    await heartbeat.beat();
    expect(warned).toHaveLength(1);
    status = 200;
    await heartbeat.beat();
    expect(heard).toHaveLength(2);
  });
});
