import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCommand } from '@tocsin/contracts';
import type { House } from '@tocsin/testkit';
import { openQueryHouse } from './query-house.ts';

const TOKEN = 'a-token-of-the-desk';

/** Real NATS, real PostgreSQL; ingestion is away, for the intake waits for nobody. */
describe('the intake of alerts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-hooks-'));
  let house: House;
  beforeAll(async () => {
    writeFileSync(join(folder, 'desk'), `${TOKEN}\n`);
    const TOCSIN_CONFIG = join(folder, 'tocsin.config.json');
    writeFileSync(
      TOCSIN_CONFIG,
      JSON.stringify({ feeds: [], hooks: { tradingview: [{ name: 'desk', tokenFile: 'desk' }] } }),
    );
    house = await openQueryHouse({ TOCSIN_CONFIG, plays: [], clock: 'wall' });
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true });
  });

  const send = async (
    body: string | Uint8Array<ArrayBuffer>,
    { token = TOKEN, headers = {} }: { token?: string; headers?: Readonly<Record<string, string>> } = {},
  ) => {
    const startedMs = performance.now();
    const answer = await fetch(`${house.url}/hooks/tradingview/${token}`, { method: 'POST', body, headers });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, ms: performance.now() - startedMs };
  };
  const codeOf = ({ text }: { readonly text: string }) => (JSON.parse(text) as { readonly code: string }).code;
  const written = async () => {
    const { rows } = await house.database().query<{ body: Buffer }>('SELECT body FROM request ORDER BY asked_at');
    return rows.map(({ body }, index) => decodeCommand(body, { sequence: index + 1 }));
  };
  const wordsWritten = async () => (await written()).map(({ data }) => ('words' in data ? data.words : null));

  it('writes down what an alert says, and answers without waiting for anybody', async () => {
    const answer = await send('{"ticker":"BTCUSD","interval":"60","action":"buy","price":91240.50}', {
      headers: {
        'content-type': 'application/json; charset=utf-8',
        host: 'alerts.example',
        'x-forwarded-for': '1.2.3.4',
      },
    });
    expect([answer.status, answer.text, answer.ms < 3_000]).toEqual([202, '', true]);
    expect(await written()).toMatchObject([
      {
        type: 'ReceiveExternalSignal',
        actor: 'hook:desk',
        data: {
          ...{ source: 'desk', symbol: 'BTCUSD', timeframe: '1h', signal: 'BUY', price: '91240.50', sentAt: null },
          words: '{"ticker":"BTCUSD","interval":"60","action":"buy","price":91240.50}',
        },
      },
    ]);
  });

  it('takes whatever comes, of any kind and of none, and the same again as the same', async () => {
    const before = await wordsWritten();
    for (const [body, kind] of [
      ['EURUSD sell', 'text/plain; charset=utf-8'],
      ['{"broken', 'application/json'],
      ['a=b', 'application/x-www-form-urlencoded'],
      ['anything', 'x/y'],
      ['', 'text/plain'],
      [new Uint8Array([0xff, 0x00, 0xc3, 0x28]), 'application/octet-stream'],
    ] as const)
      for (let time = 0; time < 2; time += 1)
        expect((await send(body, { headers: { 'content-type': kind } })).status).toBe(202);
    const later = (await wordsWritten()).filter((words) => !before.includes(words));
    expect(later.sort()).toEqual(['', '\ufffd\ufffd\ufffd(', 'EURUSD sell', 'a=b', 'anything', '{"broken'].sort());
  });

  it('takes 64 KiB and not a byte more', async () => {
    expect((await send('x'.repeat(64 * 1024))).status).toBe(202);
    const answer = await send('x'.repeat(64 * 1024 + 1));
    expect([answer.status, codeOf(answer)]).toEqual([413, 'body-too-large']);
  });

  it('answers 503 in time when the database hangs, and takes the alert when it comes again', async () => {
    const before = (await written()).length;
    await house.database().transaction(async (sql) => {
      await sql.query('LOCK TABLE request IN ACCESS EXCLUSIVE MODE');
      const answer = await send('while it hangs');
      expect([answer.status, codeOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
      expect(answer.ms).toBeLessThan(3_000);
      expect(answer.text).not.toContain(TOKEN);
    });
    expect((await send('while it hangs')).status).toBe(202);
    expect(await written()).toHaveLength(before + 1);
  });

  it('tells nothing to whoever has no token, and little to who asks often', async () => {
    const before = (await written()).length;
    const nowhere = await fetch(`${house.url}/hooks/nowhere`, { method: 'POST', body: 'buy' });
    const told = JSON.parse((await send('buy', { token: 'guess' })).text) as Readonly<Record<string, unknown>>;
    const { title, status, detail, code } = (await nowhere.json()) as typeof told;
    expect(told).toMatchObject({ title, status, detail, code });
    for (let guess = 0; guess < 9; guess += 1)
      expect((await send('buy', { token: `guess-${guess}` })).status).toBe(404);
    const tired = await send('buy', { token: 'guess' });
    expect([tired.status, codeOf(tired), Number(tired.headers.get('retry-after')) > 0]).toEqual([
      429,
      'too-many-requests',
      true,
    ]);
    expect(await written()).toHaveLength(before);
    expect((await send('a right one')).status).toBe(202);
  });
});
