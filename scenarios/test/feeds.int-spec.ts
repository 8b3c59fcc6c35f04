import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeEvent } from '@tocsin/contracts';
import { Database } from '@tocsin/event-log';
import { createDatabase, forget, startNats, type RunningServer } from '@tocsin/local-servers';
import { ServiceProcess } from '../src/service-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MINUTE_MS = 60_000;
const TOKEN = 'a-token-of-the-desk';

type Body = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly position: string; readonly body: Body };
type Bars = {
  readonly items: readonly { readonly bar_ts: string; readonly close: string; readonly provider: string }[];
};

/** Query and ingestion as real processes on the wall clock: somebody brings bars and alerts over HTTP. */
describe('what is brought over HTTP', () => {
  let directory: string;
  let nats: RunningServer;
  let database: { readonly url: string; drop(): Promise<void> };
  let query: ServiceProcess;
  let ingestion: ServiceProcess;
  /** The minute before the last that is over, so that none of the bars lies in the future. */
  let lastOpenMs: number;

  beforeAll(async () => {
    const projects = ['tools', 'services/query', 'services/ingestion'];
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', ...projects], { cwd: ROOT });
    directory = await mkdtemp(join(tmpdir(), 'tocsin-feeds-'));
    nats = await startNats({ dir: join(directory, 'nats') });
    database = await createDatabase(process.env['DATABASE_URL'] ?? '');
    await writeFile(join(directory, 'desk'), TOKEN);
    const hooks = { tradingview: [{ name: 'desk', tokenFile: 'desk' }] };
    const TOCSIN_CONFIG = join(directory, 'tocsin.config.json');
    await writeFile(TOCSIN_CONFIG, JSON.stringify({ feeds: [], hooks }));
    const servers = { NATS_URL: nats.url, DATABASE_URL: database.url };
    const env = { ...servers, TOCSIN_DATA: directory, TOCSIN_CLOCK: 'wall', TOCSIN_CONFIG };
    execFileSync(process.execPath, [join(ROOT, 'tools/dist/src/setup.js')], { env: { ...process.env, ...env } });
    [query, ingestion] = await Promise.all([
      ServiceProcess.start('query', env),
      ServiceProcess.start('ingestion', env),
    ]);
    lastOpenMs = Math.floor(Date.now() / MINUTE_MS - 2) * MINUTE_MS;
  }, 120_000);

  afterAll(async () => {
    await query.kill();
    await ingestion.kill();
    await nats.stop();
    await database.drop();
    forget(directory);
  });

  const ask = async (path: string, asked?: object): Promise<Answer> => {
    const answer = await fetch(`${query.url}/api/feeds${path}`, {
      method: 'POST',
      ...(asked && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked) }),
    });
    const body = (await answer.json()) as Body;
    return { status: answer.status, position: answer.headers.get('log-position') ?? '', body };
  };
  /** A bar that opened so many minutes before the last. */
  const bar = (minutesAgo: number, over: object = {}) => ({
    open_at: new Date(lastOpenMs - minutesAgo * MINUTE_MS).toISOString(),
    ...{ open: '1.50', high: '2', low: '1', close: `1.${70 + minutesAgo}`, volume: 3 },
    ...over,
  });
  const open = (schema: string) =>
    new Database({
      ...{ url: database.url, schema, applicationName: 'scenario', connectionsMax: 1 },
      onIdleError: () => undefined,
    });
  const known = async (position: string): Promise<Bars['items']> => {
    const answer = await fetch(`${query.url}/api/bars?symbol=EUR%2FBTC&tf=1m&atLeast=${position}`);
    return ((await answer.json()) as Bars).items;
  };

  it('is a feed that is added, takes its bars once, refuses a bad one, and is paused, resumed and removed', async () => {
    const wanted = { symbol: 'EUR/BTC', timeframe: '1m', providers: ['push'], calendar: '24x7', volume: 'traded' };
    const added = await ask('', wanted);
    expect([added.status, added.body]).toEqual([200, expect.objectContaining({ command: 'AddFeed', status: 'done' })]);
    expect((await ask('', wanted)).body).toMatchObject({ status: 'unchanged' });

    // Both spellings of the pair are the same feed.
    const bars = [bar(3), bar(2), bar(1)];
    const pushed = await ask('/EUR%2FBTC-1m/bars', { bars });
    expect([pushed.status, pushed.body['status']]).toEqual([200, 'done']);
    const closes = async (position: string) => (await known(position)).map(({ close }) => close);
    expect(await closes(pushed.position)).toEqual(['1.71', '1.72', '1.73']);
    const again = await ask('/EUR=2FBTC-1m/bars', { bars });
    expect([again.status, again.body['status'], again.body['facts']]).toEqual([200, 'unchanged', []]);

    // All or none: the bar before the bad one is not taken either.
    const future = new Date(lastOpenMs + 60 * MINUTE_MS).toISOString();
    const refused = await ask('/EUR=2FBTC-1m/bars', { bars: [bar(0), bar(0, { open_at: future })] });
    expect([refused.status, refused.body]).toEqual([
      409,
      expect.objectContaining({
        ...{ code: 'request-refused', refused: 'bar-refused' },
        errors: [{ pointer: '/body/bars/1/open_at', detail: expect.any(String) as unknown }],
      }),
    ]);
    expect(await closes(refused.position)).toEqual(['1.71', '1.72', '1.73']);

    expect((await ask('/EUR=2FBTC-1m/pause', { reason: 'The desk is closed.' })).body).toMatchObject({
      status: 'done',
    });
    const paused = await ask('/EUR=2FBTC-1m/bars', { bars: [bar(0)] });
    expect([paused.status, paused.body['refused']]).toEqual([409, 'feed-paused']);
    expect((await ask('/EUR=2FBTC-1m/resume')).body).toMatchObject({ status: 'done' });
    const resumed = await ask('/EUR=2FBTC-1m/bars', { bars: [bar(0)] });
    expect((await known(resumed.position))[0]).toMatchObject({ close: '1.70', provider: 'push' });

    expect((await ask('/EUR=2FBTC-1m/remove', { reason: 'Not traded.' })).body).toMatchObject({ status: 'done' });
    const gone = await ask('/EUR=2FBTC-1m/bars', { bars: [bar(0)] });
    expect([gone.status, gone.body['refused']]).toEqual([409, 'feed-unknown']);
  });

  it('is no feed where it cannot be, which is refused by name', async () => {
    const wanted = { symbol: 'X', timeframe: '1m', providers: ['push'], calendar: '24x7', volume: 'none' };
    for (const [over, rule] of [
      [{ providers: ['nobody'] }, 'provider-unknown'],
      [{ calendar: 'never' }, 'calendar-unknown'],
    ] as const)
      expect((await ask('', { ...wanted, ...over })).body).toMatchObject({ status: 409, refused: rule });
    expect((await ask('/X-1m/resume')).body).toMatchObject({ refused: 'feed-unknown' });
  });

  it('is an alert of a chart, which ingestion takes once', async () => {
    const body = JSON.stringify({ ticker: 'NASDAQ:AAPL', interval: 'D', action: 'sell', price: 150.25 });
    for (let time = 0; time < 2; time += 1)
      expect((await fetch(`${query.url}/hooks/tradingview/${TOKEN}`, { method: 'POST', body })).status).toBe(202);
    const other = await fetch(`${query.url}/hooks/tradingview/${TOKEN}`, { method: 'POST', body: 'another' });
    expect(other.status).toBe(202);
    const asked = open('query');
    const journal = open('ingestion');
    const ended = async () => {
      const { rows } = await asked.query<{ outcome: { result: string } | null }>(
        `SELECT outcome FROM request WHERE command = 'ReceiveExternalSignal'`,
      );
      return rows.map(({ outcome }) => outcome?.result ?? 'under way');
    };
    const taken = async () => {
      const { rows } = await journal.query<{ body: Buffer }>('SELECT body FROM journal ORDER BY insert_id');
      const facts = rows.map(({ body: fact }, index) =>
        decodeEvent(fact, { lane: 'LOG_INGESTION', position: index + 1 }),
      );
      return facts.flatMap((fact) => (fact.type === 'ExternalSignalReceived' ? [fact.data] : []));
    };
    try {
      const giveUpAt = performance.now() + 15_000;
      while ((await ended()).includes('under way') && performance.now() < giveUpAt) await pause(50);
      expect(await ended()).toEqual(['done', 'done']);
      const facts = await taken();
      expect(facts).toHaveLength(2);
      expect(facts.find(({ words }) => words === 'another')).toMatchObject({ symbol: null, signal: null });
      expect(facts.find(({ words }) => words === body)).toMatchObject({
        ...{ source: 'desk', symbol: 'NASDAQ:AAPL', timeframe: '1d', signal: 'SELL', price: '150.25' },
      });
    } finally {
      await asked.close();
      await journal.close();
    }
  });
});
