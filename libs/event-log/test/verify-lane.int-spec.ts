import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { exportLane, readArchive, verifyLane, type Database, type LaneVerification } from '../src/index.ts';
import { archiveAll, laneRow, rewriteStream, speak } from './broken-lane.ts';
import { Ground, tick } from './ground.ts';
import { openTally } from './tally.ts';
import { until } from './until.ts';

/** Real nats-server, real PostgreSQL: what is found of a lane that is not as it was decided. */
describe('a lane is verified', () => {
  let ground: Ground;
  let database: Database;
  let nats: NatsConnection;
  beforeEach(async () => {
    ground = await Ground.open();
    database = ground.database('ingestion');
    ({ nats } = await ground.manager());
  });
  afterEach(() => ground.close());

  const verify = (from?: number): Promise<LaneVerification> =>
    verifyLane({ service: 'ingestion', nats, database, ...(from !== undefined && { from }) });
  const idAt = async (position: number): Promise<string> => {
    const { rows } = await database.query<{ event_id: string }>('SELECT event_id FROM journal WHERE position = $1', [
      position,
    ]);
    return rows[0]?.event_id ?? 'none';
  };

  it('and agrees with its journal, its chain and its readers, from the start and from anywhere', async () => {
    await speak(ground, 1_200);
    const tally = await openTally(ground);
    await until('it is heard', () => tally.health().consumer.lanes.some(({ position }) => position === 1_200));

    expect(await verify()).toMatchObject({ head: 1_200, given: 1_200, read: 1_200, compared: 1_200, difference: null });
    expect(await verify(900)).toMatchObject({ from: 900, read: 301, compared: 301, difference: null });
    expect(await verify(1_201)).toMatchObject({ read: 0, difference: null });
  });

  it('while it is being written, again and again', async () => {
    const log = await ground.speaker();
    const flow = (async () => {
      for (let number = 1; number <= 150; number += 1) await log.perform([tick(number)]);
    })();
    const found = [];
    while ((await laneRow(database)).position < 150) found.push((await verify()).difference);
    await flow;

    expect(found.length).toBeGreaterThan(2);
    expect(found.filter((difference) => difference !== null)).toEqual([]);
  });

  it('against archives, and against its chain alone where their files are not there', async () => {
    await speak(ground, 30);
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    expect(await verify()).toMatchObject({ read: 30, compared: 30, difference: null, notes: [] });

    await database.query(`UPDATE archived SET file = '/nowhere/hour.jsonl.gz'`);
    const alone = await verify();
    expect(alone).toMatchObject({ read: 30, compared: 0, difference: null });
    expect(alone.notes).toEqual([expect.stringMatching(/^\/nowhere\/hour.jsonl.gz cannot be read .*ENOENT/)]);
  });

  it('and its first missing position is named with the event that belongs there', async () => {
    await speak(ground, 12);
    await rewriteStream(ground, 'ingestion', (messages) =>
      messages.map((message, index) => (index === 6 ? null : message)),
    );

    expect((await verify()).difference).toEqual({
      position: 7,
      what: 'missing',
      expected: `event ${await idAt(7)}`,
      found: 'nothing at that position',
    });
  });

  it('and a missing last position is one, too', async () => {
    await speak(ground, 3);
    await rewriteStream(ground, 'ingestion', ([first = null, second = null]) => [first, second, null]);
    expect((await verify()).difference).toMatchObject({ position: 3, what: 'missing' });
  });

  it('and another body under the right headers is found by the chain and told by the journal', async () => {
    await speak(ground, 5);
    const forged = (messages: Parameters<Parameters<typeof rewriteStream>[2]>[0]) =>
      messages.map((message, index) =>
        index === 3 ? { ...message, body: Buffer.from(message.body).fill('x', 10, 11) } : message,
      );
    await rewriteStream(ground, 'ingestion', forged);
    expect((await verify()).difference).toMatchObject({
      position: 4,
      what: 'event',
      expected: `event ${await idAt(4)}`,
    });

    await database.query('DELETE FROM journal');
    expect((await verify()).difference).toMatchObject({ position: 4, what: 'chain' });
  });

  it('and a header that is not the relay’s is named', async () => {
    await speak(ground, 2);
    const { lane_id: laneId } = await laneRow(database);
    await rewriteStream(ground, 'ingestion', (messages) => {
      messages[1]?.headers.set('Nats-Msg-Id', 'somebody');
      return messages;
    });
    expect((await verify()).difference).toEqual({
      position: 2,
      what: 'header',
      expected: `Nats-Msg-Id: ${laneId}:2`,
      found: 'somebody',
    });
  });

  it('and a journal that was changed is told from a log that was', async () => {
    await speak(ground, 4);
    await database.query(`UPDATE journal SET body = body || '\\x20'::bytea WHERE position = 3`);
    expect((await verify()).difference).toMatchObject({ position: 3, what: 'kept' });
  });

  it('and a log that ends before what it had acknowledged, goes on beyond it, or is not there', async () => {
    await speak(ground, 4);
    await rewriteStream(ground, 'ingestion', (messages) => messages.slice(0, 2));
    expect((await verify()).difference).toMatchObject({ position: 3, what: 'tail' });

    await database.query('UPDATE lane SET position = 1, published = 1');
    expect((await verify()).difference).toMatchObject({ position: 2, what: 'ahead' });

    const { manager } = await ground.manager();
    await manager.streams.delete('LOG_INGESTION');
    expect((await verify()).difference).toMatchObject({ position: 0, what: 'stream', found: 'none' });
  });

  it('and a stream of another stack is not read', async () => {
    await speak(ground, 1);
    await database.query('UPDATE lane SET lane_id = gen_random_uuid()');
    expect(await verify()).toMatchObject({ read: 0, difference: { what: 'stream' } });
  });

  it('and a service that has heard something else is named', async () => {
    await speak(ground, 6);
    const tally = await openTally(ground);
    await until('it is heard', () => tally.health().consumer.lanes.some(({ position }) => position === 6));
    await tally.close();
    await ground.database('escalation').query(`UPDATE checkpoint SET position = 4`);

    expect((await verify()).difference).toMatchObject({
      position: 4,
      what: 'reader',
      expected: expect.stringContaining('escalation') as string,
    });
  });

  it('exports itself, from archive and journal, to one file that holds it whole', async () => {
    await speak(ground, 700);
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    await speak(ground, 600, 701);
    const file = join(ground.dataDirectory, 'export.jsonl.gz');

    const result = await exportLane({ service: 'ingestion', nats, database, file, archives: [] });

    const lane = await ground.lane('ingestion');
    expect(result).toEqual({ file, events: 1_300, first: 1, last: 1_300, chain: lane.at(-1)?.chain, notes: [] });
    const entries = [];
    for await (const { position, subject, chain, eventId, body } of readArchive(file))
      entries.push({ position, subject, chain: chain.toString('hex'), id: eventId, body: new Uint8Array(body) });
    expect(entries).toEqual(lane);
  });

  it('exports what only the log holds, and refuses where nobody holds it', async () => {
    await speak(ground, 20);
    await database.query('DELETE FROM journal WHERE position <= 5');
    const file = join(ground.dataDirectory, 'export.jsonl.gz');
    const exporting = () => exportLane({ service: 'ingestion', nats, database, file, archives: [] });
    expect(await exporting()).toMatchObject({ events: 20 });

    await rewriteStream(ground, 'ingestion', (messages) => messages.map((each, index) => (index < 5 ? null : each)));
    await expect(exporting()).rejects.toThrow('positions 1 to 5 are neither in the journal nor in an archive');
  });

  it('tells a file that is cut, is none, or is not there from a whole one', async () => {
    await speak(ground, 300);
    const file = join(ground.dataDirectory, 'export.jsonl.gz');
    await exportLane({ service: 'ingestion', nats, database, file, archives: [] });
    const read = async (path: string): Promise<void> => {
      for await (const { position } of readArchive(path)) expect(position).toBeGreaterThan(0);
    };
    const whole = await readFile(file);
    const [cut, none] = [join(ground.dataDirectory, 'cut'), join(ground.dataDirectory, 'none')];
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    await writeFile(none, 'no archive');

    await read(file);
    await expect(read(cut)).rejects.toThrow('unexpected end of file');
    await expect(read(none)).rejects.toThrow('incorrect header check');
    await expect(read('/nowhere/export.jsonl.gz')).rejects.toThrow('ENOENT');
  });
});
