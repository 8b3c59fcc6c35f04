import { SERVICES } from '@tocsin/contracts';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { chainNext, chainStart, Database, setUp } from '@tocsin/event-log';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import { runCli } from '../src/run-cli.ts';
import type { Terminal } from '../src/terminal.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const MAIN = join(ROOT, 'apps/cli/dist/src/main.js');
const SUBJECT = 'evt.ingestion.shared.clock.virtual.advanced';
const STREAM = 'LOG_INGESTION';
/** Long enough to be killed in, and no longer: a server that writes every message through to the disk takes its time. */
const LONG = 8_000;

type Run = { readonly code: number; readonly out: readonly string[]; readonly err: readonly string[] };

/** Real nats-server, real PostgreSQL: what an operator reads, and what a program can tell. */
describe('tocsin log', () => {
  let directory: string;
  let server: RunningServer;
  let made: Awaited<ReturnType<typeof createDatabase>>;
  let database: Database;
  let nats: NatsConnection;
  let manager: JetStreamManager;
  let env: Record<string, string>;

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'apps/cli'], { cwd: ROOT });
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tocsin-cli-'));
    server = await startNats({ dir: join(directory, 'nats') });
    made = await createDatabase(process.env['DATABASE_URL'] ?? '');
    await setUp({
      natsUrl: server.url,
      databaseUrl: made.url,
      replicas: 1,
      schemas: SERVICES.map((service) => ({ service, migrations: [] })),
      say: () => undefined,
    });
    database = new Database({
      url: made.url,
      schema: 'ingestion',
      applicationName: 'test',
      connectionsMax: 2,
      onIdleError: () => undefined,
    });
    nats = await connect({ servers: server.url });
    manager = await jetstreamManager(nats);
    env = { NATS_URL: server.url, DATABASE_URL: made.url, TOCSIN_DATA: join(directory, 'data') };
  });
  afterEach(async () => {
    await nats.close();
    await database.close();
    await server.stop();
    await made.drop();
    forget(directory);
  });

  /** Journals `count` events as a relay numbers them; the log gets them from the first repair. */
  async function journal(count: number): Promise<void> {
    const { rows } = await database.query<{ lane_id: string }>('SELECT lane_id FROM lane');
    let chain = chainStart(rows[0]?.lane_id ?? '');
    const entries = Array.from({ length: count }, (_, index) => {
      const body = Buffer.from(JSON.stringify({ number: index + 1 }));
      chain = chainNext(chain, SUBJECT, body);
      return { id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`, body, chain };
    });
    await database.query(
      `INSERT INTO journal (event_id, subject, traceparent, body, position, chain)
       SELECT id, '${SUBJECT}', '00-0-0-01', body, n, chain
       FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS e (id, body, chain, n)`,
      [entries.map(({ id }) => id), entries.map(({ body }) => body), entries.map((each) => each.chain)],
    );
    await database.query('UPDATE lane SET position = $1, published = $1, chain = $2, last_event_id = $3', [
      count,
      chain,
      entries.at(-1)?.id,
    ]);
  }

  async function tocsin(command: string, { answer = null as string | null, source = env } = {}): Promise<Run> {
    const out: string[] = [];
    const err: string[] = [];
    const terminal: Terminal = {
      say: (line) => out.push(...line.split('\n')),
      tell: (line) => err.push(...line.split('\n')),
      show: () => undefined,
      ask: () => Promise.resolve(answer),
    };
    // A path of this run has no place in a golden line.
    const told = (lines: readonly string[]) => lines.map((line) => line.replaceAll(directory, '<dir>'));
    const code = await runCli(command.split(' '), source, terminal);
    return { code, out: told(out), err: told(err) };
  }

  const json = ({ out }: Run): unknown => out.map((line) => JSON.parse(line) as unknown);
  const strange = () => nats.request(SUBJECT, 'a stranger');

  it('says that a lane agrees, for a person and for a program', async () => {
    await journal(1_234);
    await tocsin('log repair ingestion --yes');

    expect(await tocsin('log verify ingestion')).toEqual({
      code: 0,
      out: [
        'ingestion: LOG_INGESTION agrees, positions 1 to 1,234',
        '  1,234 events follow the chain; journal and archives still keep 1,234 of them, alike',
      ],
      err: [],
    });
    const { rows } = await database.query<{ lane_id: string }>('SELECT lane_id FROM lane');
    expect(json(await tocsin('log verify ingestion --from 1000 --json'))).toEqual([
      {
        agrees: true,
        service: 'ingestion',
        stream: STREAM,
        laneId: rows[0]?.lane_id,
        from: 1_000,
        head: 1_234,
        given: 1_234,
        read: 235,
        compared: 235,
        notes: [],
        difference: null,
      },
    ]);
  });

  it('names the first difference of every lane, and ends with 1', async () => {
    await journal(3);
    await tocsin('log repair ingestion --yes');
    await strange();

    const { code, out } = await tocsin('log verify --all');
    expect(code).toBe(1);
    expect(out).toEqual([
      'ingestion: LOG_INGESTION differs at position 4',
      `  expected  the chain ${out[1]?.split(' ').at(-1) ?? ''}`,
      '  found     none',
      '  remedy    tocsin log repair ingestion --dry-run tells what can be done about it.',
      'analysis: LOG_ANALYSIS agrees; it holds no events from position 1 on',
      'risk: LOG_RISK agrees; it holds no events from position 1 on',
      'governance: LOG_GOVERNANCE agrees; it holds no events from position 1 on',
      'escalation: LOG_ESCALATION agrees; it holds no events from position 1 on',
      'notification: LOG_NOTIFICATION agrees; it holds no events from position 1 on',
      'query: LOG_QUERY agrees; it holds no events from position 1 on',
    ]);
    expect(json(await tocsin('log verify ingestion --json'))).toMatchObject([
      {
        agrees: false,
        difference: { position: 4, what: 'chain', found: 'none', remedy: expect.any(String) as string },
      },
    ]);
  });

  it('says what a repair would do, does it when it is confirmed, and tells what became of what was there', async () => {
    await journal(20);
    await tocsin('log repair ingestion --yes');
    await strange();
    const plan = [
      'ingestion: what was found',
      "  never this lane's, beyond position 20: 1 of the messages",
      'ingestion: what is done about it',
      '  1 message that the lane will not hold is saved to a file',
      '  the stream is deleted and made again; 20 events are published as they were',
    ];

    expect(await tocsin('log repair ingestion --dry-run')).toEqual({
      code: 1,
      out: [...plan, 'ingestion: this was a dry run; nothing was changed'],
      err: [],
    });
    expect(await tocsin('log repair ingestion', { answer: 'analysis' })).toMatchObject({ code: 1 });
    expect(await tocsin('log repair ingestion')).toMatchObject({
      code: 2,
      err: ['tocsin: nobody is there to confirm it: say --yes, or --dry-run to only look'],
    });
    expect((await manager.streams.info(STREAM)).state.messages).toBe(21);

    const { code, out } = await tocsin('log repair ingestion', { answer: 'ingestion' });
    const [file = 'none'] = await readdir(join(directory, 'data/repair'));
    expect(code).toBe(0);
    expect(out).toEqual([
      ...plan,
      'ingestion: repaired; the log holds all of its 20 positions as they must be',
      `  saved     <dir>/data/repair/${file}`,
      '  services that run go on by themselves within ten seconds',
    ]);
    expect(file).toMatch(/^LOG_INGESTION-\d{8}T\d{6}Z\.set-aside\.jsonl\.gz$/);
    expect(await tocsin('log repair ingestion')).toEqual({
      code: 0,
      out: ['ingestion: there is nothing to repair; the log holds all of its 20 positions as they must be'],
      err: [],
    });
  });

  it('gives a program one object, whatever comes of it', async () => {
    await journal(5);
    expect(json(await tocsin('log repair ingestion --dry-run --json'))).toMatchObject([
      { outcome: 'dry-run', plan: { kind: 'append', after: 0, head: 5 } },
    ]);
    expect(json(await tocsin('log repair ingestion --yes --json'))).toMatchObject([{ outcome: 'repaired' }]);
    expect(json(await tocsin('log repair ingestion --json'))).toMatchObject([{ outcome: 'nothing' }]);
    await manager.streams.delete(STREAM);
    await database.query('DELETE FROM journal WHERE position < 3');
    const refused = await tocsin('log repair ingestion --yes --json');
    expect(refused.code).toBe(4);
    expect(json(refused)).toMatchObject([
      { outcome: 'refused', remedy: expect.stringContaining('--archive') as string },
    ]);
  });

  it('refuses with a sentence and a remedy, and ends with 4', async () => {
    await journal(5);
    await database.query('DELETE FROM journal WHERE position < 3');
    expect(await tocsin('log repair ingestion --yes')).toEqual({
      code: 4,
      out: [],
      err: [
        'tocsin: positions 1 to 2 are neither in the journal nor in an archive that can be read, and the log does not hold them soundly',
        'remedy: Bring the files that hold them: tocsin log repair ingestion --archive <file> …; archives are in ' +
          '<TOCSIN_DATA>/archive/ingestion of the service, exports are what tocsin log export wrote.',
      ],
    });
  });

  it('exports a lane, and repairs from that file alone', async () => {
    await journal(2_500);
    const file = join(directory, 'lane.jsonl.gz');
    const exported = await tocsin(`log export ingestion --to ${file}`);
    const { rows } = await database.query<{ chain: Buffer }>('SELECT chain FROM lane');
    expect(exported).toEqual({
      code: 0,
      out: [
        'ingestion: the whole lane, 2,500 events, is in <dir>/lane.jsonl.gz',
        `  chain     ${rows[0]?.chain.toString('hex') ?? ''} at position 2,500`,
      ],
      err: [],
    });
    expect(await tocsin(`log export ingestion --to ${file}`)).toMatchObject({ code: 2 });

    await database.query('DELETE FROM journal');
    expect(await tocsin(`log repair ingestion --yes --archive ${file}`)).toMatchObject({ code: 0 });
    expect(await tocsin('log verify ingestion')).toMatchObject({ code: 0 });
    expect((await manager.streams.info(STREAM)).state).toMatchObject({ messages: 2_500, last_seq: 2_500 });
  });

  it('tells what was mistyped with 2, and what does not answer with 3', async () => {
    expect(await tocsin('log verify')).toMatchObject({ code: 2, err: ['tocsin: name a service, or say --all'] });
    expect(await tocsin('log verify nobody')).toMatchObject({ code: 2 });
    expect(await tocsin('log verify LOG_INGESTION')).toMatchObject({ code: 0 });
    expect(await tocsin('log verify ingestion --from 0')).toMatchObject({ code: 2 });
    expect(await tocsin('log verify ingestion', { source: { NATS_URL: server.url } })).toMatchObject({ code: 2 });
    const nowhere = { ...env, DATABASE_URL: 'postgres://somebody:secret@127.0.0.1:1/none' };
    const unreachable = await tocsin('log verify ingestion', { source: nowhere });
    expect(unreachable.code).toBe(3);
    expect(unreachable.err.join()).toMatch(/^tocsin: the database at 127.0.0.1:1 cannot be reached: (?!.*secret)/);
    expect(await tocsin('log verify ingestion', { source: { ...env, NATS_URL: 'nats://127.0.0.1:1' } })).toMatchObject({
      code: 3,
    });
  });

  it('finds the stack of a running npm start by itself', async () => {
    const run = { pid: process.pid, nats: server.url, postgres: made.url };
    await writeFile(join(directory, 'run.json'), JSON.stringify(run));
    expect(await tocsin('log verify ingestion', { source: { TOCSIN_DATA: directory } })).toMatchObject({ code: 0 });
    expect(await tocsin('log verify ingestion', { source: { TOCSIN_DATA: '/nowhere' } })).toMatchObject({
      code: 2,
      err: [expect.stringContaining('nothing runs on /nowhere') as string],
    });
  });

  it('goes on after a kill -9 in the middle, as often as it takes', async () => {
    await journal(LONG);
    await strange();
    let kills = 0;
    // What was sent before a kill may still arrive after it: 2,000 messages at most, which do not reach the end.
    for (const share of [0.1, 0.3]) {
      const child = spawn(process.execPath, [MAIN, 'log', 'repair', 'ingestion', '--yes'], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      while (child.exitCode === null && !(await isAt(share * LONG))) await pause(2);
      child.kill('SIGKILL');
      const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
      if (signal === 'SIGKILL') kills += 1;
    }
    expect(kills).toBe(2);
    const { code, out } = await tocsin('log verify ingestion');
    expect([code, out[1], out.at(-1)]).toEqual([
      1,
      '  expected  a log that goes on to 8000',
      '  note      a repair of this lane has begun and not ended; repairing again goes on',
    ]);

    expect(await tocsin('log repair ingestion --yes')).toMatchObject({ code: 0 });
    expect(await tocsin('log verify ingestion')).toMatchObject({
      code: 0,
      out: ['ingestion: LOG_INGESTION agrees, positions 1 to 8,000', expect.any(String)],
    });
    const { rows } = await database.query('SELECT published, holder FROM lane');
    expect(rows).toEqual([{ published: LONG, holder: null }]);
  });

  /** Whether the stream has been made again and holds at least this much of the lane, and not yet all. */
  async function isAt(messages: number): Promise<boolean> {
    try {
      const { state } = await manager.streams.info(STREAM);
      return state.messages >= messages && state.messages < LONG;
    } catch {
      return false; // It is being made again at this very moment.
    }
  }
});
