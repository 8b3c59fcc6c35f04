import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeEvent, type AnyEvent, type EventParked, type Recorded } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Database, EventLog, to, Watchdog, type EntityType } from '@tocsin/event-log';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import { ServiceProcess } from '../src/service-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LATER = { prefer: 'respond-async' };

type Trouble = { readonly type: 'Trouble'; readonly data: EventParked['data'] };
type Answer = {
  readonly status: number;
  readonly position: string | null;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Analysis is played: all that it does here is to be in trouble. */
const troubled: EntityType<Trouble, EventParked, null> = {
  type: 'analysis',
  decider: {
    initialState: () => null,
    decide: ({ data }) => [{ type: 'EventParked', data }],
    evolve: () => null,
  },
};

/** Query and escalation as real processes: somebody takes an alarm on over HTTP, whatever is down meanwhile. */
describe('an alarm that is acknowledged over HTTP', () => {
  let directory: string;
  let nats: RunningServer;
  let database: { readonly url: string; drop(): Promise<void> };
  let journal: Database;
  let analysis: EventLog;
  let query: ServiceProcess;
  let escalation: ServiceProcess;

  const env = () => ({
    NATS_URL: nats.url,
    DATABASE_URL: database.url,
    TOCSIN_DATA: directory,
    TOCSIN_CLOCK: 'wall',
  });
  const startQuery = () => ServiceProcess.start('query', env());
  const startEscalation = () => ServiceProcess.start('escalation', { ...env(), EXPECTED_SERVICES: 'query' });

  beforeAll(async () => {
    const projects = ['tools', 'services/query', 'services/escalation'];
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', ...projects], { cwd: ROOT });
    directory = await mkdtemp(join(tmpdir(), 'tocsin-acknowledge-'));
    nats = await startNats({ dir: join(directory, 'nats') });
    database = await createDatabase(process.env['DATABASE_URL'] ?? '');
    execFileSync(process.execPath, [join(ROOT, 'tools/dist/src/setup.js')], { env: { ...process.env, ...env() } });
    const silent = () => undefined;
    analysis = new EventLog(
      { service: 'analysis', hears: [], entities: [troubled], locals: [], body: null },
      {
        natsUrl: nats.url,
        databaseUrl: database.url,
        instance: 'analysis-0',
        clock: 'wall',
        dataDirectory: directory,
        replicas: 1,
        log: { info: silent, warn: silent, error: silent },
        watchdog: new Watchdog(),
      },
    );
    await analysis.open([]);
    journal = new Database({
      url: database.url,
      schema: 'escalation',
      applicationName: 'scenario',
      connectionsMax: 1,
      onIdleError: silent,
    });
    [query, escalation] = await Promise.all([startQuery(), startEscalation()]);
    await analysis.perform([
      {
        causeId: 'trouble',
        time: instant(Date.now()),
        intentions: [
          to(troubled, 'EURUSD-15m', {
            type: 'Trouble',
            data: {
              entity: 'analysis',
              key: 'EURUSD-15m',
              lane: 'LOG_INGESTION',
              position: 17,
              eventId: null,
              because: 'it could not be read',
              behind: false,
            },
          }),
        ],
      },
    ]);
    await until(
      'the alarm is raised',
      async () => (await read('/api/escalations/service-analysis'))['episode'] !== undefined,
    );
  }, 120_000);

  afterAll(async () => {
    await query.kill();
    await escalation.kill();
    await analysis.close();
    await journal.close();
    await nats.stop();
    await database.drop();
    forget(directory);
  });

  const until = async (what: string, happened: () => Promise<boolean>): Promise<void> => {
    const giveUpAt = performance.now() + 30_000;
    while (!(await happened())) {
      if (performance.now() > giveUpAt) throw new Error(`it never came true that ${what}`);
      await pause(50);
    }
  };
  const read = async (path: string): Promise<Answer['body']> =>
    (await (await fetch(`${query.url}${path}`)).json()) as Answer['body'];
  const acknowledge = async (
    reason: string,
    { scope = 'service-analysis', headers = {} }: { scope?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const answer = await fetch(`${query.url}/api/escalations/${scope}/ack`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ reason }),
    });
    const body = (await answer.json()) as Answer['body'];
    return { status: answer.status, position: answer.headers.get('log-position'), body };
  };
  const untilDone = (id: unknown) =>
    until('the request is done', async () => (await read(`/api/requests/${String(id)}`))['status'] === 'done');
  const said = async (): Promise<readonly Recorded<AnyEvent>[]> => {
    const { rows } = await journal.query<{ body: Buffer }>('SELECT body FROM journal ORDER BY insert_id');
    return rows.map(({ body }, index) => decodeEvent(body, { lane: 'LOG_ESCALATION', position: index + 1 }));
  };
  /** How often escalation took the alarm on for this reason, and how often it said how that request ended. */
  const timesHandled = async (reason: string, id: unknown): Promise<readonly [number, number]> => {
    const facts = await said();
    return [
      facts.filter((fact) => fact.type === 'EpisodeAcknowledged' && fact.data.reason === reason).length,
      facts.filter((fact) => fact.type === 'CommandHandled' && fact.data.commandId === id).length,
    ];
  };

  it('is seen acknowledged by whoever reads from the position of the answer', async () => {
    const { status, position, body } = await acknowledge('I am on it.');
    expect([status, body]).toEqual([200, expect.objectContaining({ status: 'done', log_position: position })]);
    expect(await read(`/api/escalations/service-analysis?atLeast=${position ?? ''}`)).toMatchObject({
      episode: { status: 'acknowledged', acknowledged: { by: 'person:local', reason: 'I am on it.' } },
    });
  });

  it('is refused by the rules where there is none', async () => {
    const { status, body } = await acknowledge('Which one?', { scope: 'pair-EURUSD-15m' });
    expect([status, body['code'], body['refused']]).toEqual([409, 'request-refused', 'episode-not-open']);
  });

  it('is acknowledged once when nats-server is back, though it was down when somebody asked', async () => {
    const { port } = nats;
    await nats.kill();
    const reason = 'While the log was down.';
    const { status, body } = await acknowledge(reason);
    expect([status, body['status']]).toEqual([202, 'pending']);
    nats = await startNats({ dir: join(directory, 'nats'), port });
    await untilDone(body['id']);
    expect(await timesHandled(reason, body['id'])).toEqual([1, 1]);
  });

  it('is acknowledged once when escalation is back, though the door died as well', async () => {
    await escalation.kill();
    const reason = 'While escalation was down.';
    const headers = { ...LATER, 'idempotency-key': 'once' };
    const { status, body } = await acknowledge(reason, { headers });
    expect(status).toBe(202);
    await query.kill();
    [query, escalation] = await Promise.all([startQuery(), startEscalation()]);
    await untilDone(body['id']);
    const again = await acknowledge(reason, { headers: { 'idempotency-key': 'once' } });
    expect([again.status, again.body['id']]).toEqual([200, body['id']]);
    expect(await timesHandled(reason, body['id'])).toEqual([1, 1]);
  });
});
