import { chainStart } from '../src/lane/chain.ts';
import type { Database } from '../src/postgres/database.ts';
import { postgresStore } from '../src/store/postgres-store.ts';
import type { StepWrites } from '../src/store/tables.ts';
import { dawn, Ground } from './ground.ts';

const nothing: StepWrites = {
  entities: [],
  timersSet: [],
  timersCancelled: [],
  journal: [],
  parked: [],
  unparked: [],
  handled: [],
};

const entry = {
  eventId: '0f9c3a52-7d41-5b1e-8a6f-000000000001',
  subject: 'evt.ingestion.shared.clock.virtual.advanced',
  traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
  body: Buffer.from('{}'),
};

/** Writes of a transaction travel together, and are answered later than what is asked after them. */
describe('a store', () => {
  let ground: Ground;
  let database: Database;
  beforeAll(async () => {
    ground = await Ground.open();
    database = ground.database('ingestion');
  });
  afterAll(() => ground.close());
  beforeEach(async () => {
    await database.query('TRUNCATE journal, entity, checkpoint');
  });

  const entities = async () => (await database.query('SELECT type FROM entity')).rows.length;
  const start = { position: 0, chain: chainStart('lane'), heardTime: null };

  it('tells of the write that failed, not of what was refused because of it', async () => {
    const failing = postgresStore(database).transaction(async (tables) => {
      await tables.writeStep({
        ...nothing,
        entities: [{ type: 'clock', key: 'virtual', version: 1, json: '{}' }],
        journal: [{ ...entry, eventId: 'no uuid at all' }],
      });
      return tables.moveCheckpoint('ingestion', 'ingestion', start, { ...start, position: 1 });
    });
    await expect(failing).rejects.toMatchObject({ code: '22P02' });
    expect(await entities()).toBe(0);
  });

  it('tells of a write that failed where nothing was asked after it', async () => {
    const failing = postgresStore(database).transaction((tables) =>
      tables.writeStep({
        ...nothing,
        entities: [{ type: 'clock', key: 'virtual', version: 1, json: 'no document' }],
      }),
    );
    await expect(failing).rejects.toMatchObject({ code: '22P02' });
    expect(await entities()).toBe(0);
  });

  it('refuses at once an event that could never be published, and writes nothing beside it', async () => {
    const refused = postgresStore(database).transaction(async (tables) => {
      await tables.writeServiceTime('ingestion', dawn);
      await tables.writeStep({ ...nothing, journal: [{ ...entry, subject: 'no.subject' }] });
    });
    await expect(refused).rejects.toThrow(/not a subject/);
    const { rows } = await database.query('SELECT 1 FROM consumer WHERE service_time IS NOT NULL');
    expect(rows).toEqual([]);
  });

  it('never takes for committed what PostgreSQL has rolled back', async () => {
    const swallowed = database.transaction(async (sql) => {
      await sql.query(`INSERT INTO entity (type, key, version, state) VALUES ('clock', $1, 1, '{}')`, ['virtual']);
      await sql.query('SELECT 1 / $1::int', [0]).catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(/ROLLBACK/);
    expect(await entities()).toBe(0);
  });

  it('does not write outside of a transaction when it is the first that is asked', async () => {
    const failing = database.transaction(async (sql) => {
      await sql.query(`INSERT INTO entity (type, key, version, state) VALUES ('clock', $1, 1, '{}')`, ['virtual']);
      throw new Error('it came to nothing');
    });
    await expect(failing).rejects.toThrow('it came to nothing');
    expect(await entities()).toBe(0);
  });
});
