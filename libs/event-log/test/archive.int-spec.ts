import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { tendJournal } from '../src/journal/archive.ts';
import { listPartitions } from '../src/journal/partitions.ts';
import { readArchive, verifyArchive, type Database } from '../src/index.ts';
import { Ground, tick } from './ground.ts';
import { until } from './until.ts';

const HOUR_MS = 3_600_000;

/** Real PostgreSQL: how an old hour of the journal leaves for a file, and when it must not. */
describe('the archive of a journal', () => {
  let ground: Ground;
  let database: Database;
  let directory: string;
  const keepMs = HOUR_MS;
  beforeEach(async () => {
    ground = await Ground.open();
    database = ground.database('ingestion');
    directory = join(ground.dataDirectory, 'archive-of-a-test');
  });
  afterEach(() => ground.close());

  const speak = async (count: number) => {
    const log = await ground.speaker();
    await log.perform(Array.from({ length: count }, (_, index) => tick(index + 1)));
    await until('all is recorded', async () => {
      const { rows } = await database.query<{ published: number }>('SELECT published FROM lane');
      return rows[0]?.published === count;
    });
    await log.close();
  };
  const muchLater = () => Date.now() + 5 * HOUR_MS;

  it('holds every entry of the hours that left, byte for byte, with the chain it had', async () => {
    await speak(25);
    const { rows } = await database.query<{ position: number; body: Buffer; chain: Buffer }>(
      'SELECT position, body, chain FROM journal ORDER BY position',
    );

    await tendJournal(database, { directory, keepMs }, muchLater());

    const entries = [];
    for (const file of (await readdir(directory)).sort())
      for await (const entry of readArchive(join(directory, file))) entries.push(entry);
    expect(entries.map(({ position, body, chain }) => ({ position, body, chain }))).toEqual(rows);
    expect((await database.query('SELECT 1 FROM journal')).rowCount).toBe(0);
    expect((await database.query<{ events: number }>('SELECT sum(events)::int AS events FROM archived')).rows).toEqual([
      { events: 25 },
    ]);
  });

  it('keeps an hour whose events are not all recorded as published', async () => {
    await speak(3);
    await database.query('UPDATE lane SET published = 2');
    const before = await listPartitions(database);

    const left = await tendJournal(database, { directory, keepMs }, muchLater());

    expect((await database.query('SELECT 1 FROM journal')).rowCount).toBe(3);
    expect(left.length).toBeLessThan(before.length);
  });

  it('makes the hours to come, so that a late maintenance stops nobody', async () => {
    const now = muchLater();
    await tendJournal(database, { directory, keepMs }, now);

    const newest = (await listPartitions(database)).at(-1);
    expect(Date.parse(newest?.to ?? '')).toBeGreaterThan(now + 24 * HOUR_MS);
  });

  it('tells a file that was tampered with by the position whose chain does not follow', async () => {
    await speak(5);
    await tendJournal(database, { directory, keepMs }, muchLater());
    const [file = ''] = await readdir(directory);
    const path = join(directory, file);
    const lines = gunzipSync(await readFile(path))
      .toString()
      .split('\n');
    const tampered = lines.map((line, index) =>
      index === 2 ? line.replace('"subject":"evt', '"subject":"flt') : line,
    );
    await writeFile(path, gzipSync(tampered.join('\n')));

    await expect(verifyArchive(path)).rejects.toThrow('chain of position 3');
  });

  it('lets a lane go on after its published past has left', async () => {
    await speak(4);
    await tendJournal(database, { directory, keepMs }, muchLater());
    const log = await ground.speaker();
    await log.perform([tick(5)]);

    await until('the next position is out', async () => (await ground.lane('ingestion')).length === 5);
    expect(log.health().obstacles).toEqual([]);
  });
});
