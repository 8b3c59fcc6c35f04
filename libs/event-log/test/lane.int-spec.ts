import { chainNext, chainStart } from '../src/index.ts';
import { Ground, tick } from './ground.ts';
import { until } from './until.ts';

type LaneRow = { lane_id: string; position: number; published: number };

/** Real nats-server, real PostgreSQL: how a committed fact gets to its one place on the lane. */
describe('a lane', () => {
  let ground: Ground;
  beforeEach(async () => {
    ground = await Ground.open();
  });
  afterEach(() => ground.close());

  const laneRow = async (): Promise<LaneRow> => {
    const { rows } = await ground.database('ingestion').query<LaneRow>('SELECT lane_id, position, published FROM lane');
    const [row] = rows;
    if (row === undefined) throw new Error('the set-up makes a lane');
    return row;
  };
  const journalled = async () => {
    const { rows } = await ground
      .database('ingestion')
      .query<{ event_id: string; position: number | null }>('SELECT event_id, position FROM journal ORDER BY position');
    return rows;
  };
  const published = (positions: number) =>
    until(`${positions} positions are recorded`, async () => (await laneRow()).published === positions);

  it('holds every committed fact once, at its position, each chained to the one before', async () => {
    const log = await ground.speaker();

    for (let number = 1; number <= 120; number += 20)
      await Promise.all(Array.from({ length: 20 }, (_, index) => log.perform([tick(number + index, `c${index}`)])));
    await published(120);

    const lane = await ground.lane('ingestion');
    expect(lane.map(({ id }) => id)).toEqual((await journalled()).map(({ event_id }) => event_id));
    let chain = chainStart((await laneRow()).lane_id);
    for (const { subject, body, chain: carried } of lane) {
      chain = chainNext(chain, subject, body);
      expect(carried).toBe(chain.toString('hex'));
    }
  });

  it('goes on by itself when nats-server is killed while facts flow', async () => {
    const log = await ground.speaker();
    const flow = (async () => {
      for (let number = 1; number <= 300; number += 1) await log.perform([tick(number)]);
    })();

    await until('the first facts are out', async () => (await laneRow()).published > 20);
    await ground.crashNats();
    await flow;
    await published(300);

    const ids = (await ground.lane('ingestion')).map(({ id }) => id);
    expect(ids).toEqual((await journalled()).map(({ event_id }) => event_id));
  });

  it('publishes its tail again, byte for byte, when the log has lost it', async () => {
    const log = await ground.speaker();
    await log.perform([tick(1), tick(2), tick(3)]);
    await published(3);
    const before = await ground.lane('ingestion');
    await log.close();

    const { manager } = await ground.manager();
    await manager.streams.delete('LOG_INGESTION');
    await ground.setUp();
    const again = await ground.speaker();
    await again.perform([tick(4)]);
    await published(4);

    expect((await ground.lane('ingestion')).slice(0, 3)).toEqual(before);
    expect(again.health().relay.tailLosses).toBe(3);
  });

  it('notices a lost tail when the server comes back, though nobody has anything new to say', async () => {
    const log = await ground.speaker();
    await log.perform([tick(1), tick(2)]);
    await published(2);

    await ground.loseNats();
    await ground.setUp();

    await until('the tail is out again', async () => (await ground.lane('ingestion')).length === 2);
    await until('it is counted', () => log.health().relay.tailLosses === 2);
  });

  it('halts on a message that is not its own, and names position and remedy', async () => {
    const log = await ground.speaker();
    await log.perform([tick(1)]);
    await published(1);

    const { nats } = await ground.manager();
    await nats.request('evt.ingestion.shared.clock.virtual.advanced', 'a stranger');
    await log.perform([tick(2)]);
    await until('the lane halts', () => log.health().relay.halt !== null);

    expect(log.health().relay.halt).toEqual({
      position: 2,
      because: expect.stringContaining('2') as string,
      remedy: 'tocsin log repair ingestion',
    });
    expect(log.health().obstacles.join()).toContain('halted at position 2');
  });

  it('halts on a message that is not its own though what was on its way behind it fitted again', async () => {
    const log = await ground.speaker();
    const { nats } = await ground.manager();
    nats.publish('evt.ingestion.shared.clock.virtual.advanced', 'not ours');
    await nats.flush();

    await log.perform([tick(1), tick(2), tick(3)]);
    await until('the lane is halted', () => log.health().relay.halt !== null);
    expect(log.health().relay.halt).toEqual({
      position: 1,
      because: 'position 1 of the log is not what the journal has there',
      remedy: 'tocsin log repair ingestion',
    });
    expect((await ground.lane('ingestion')).slice(1).map(({ position }) => position)).toEqual([2, 3]);
  });

  it('halts when the log is beyond the last position that was given, as after an older copy of the database', async () => {
    const log = await ground.speaker();
    await log.perform([tick(1), tick(2), tick(3)]);
    await published(3);
    await log.close();

    await ground.database('ingestion').query(
      `WITH gone AS (DELETE FROM journal WHERE position > 1)
       UPDATE lane SET position = 1, published = 1, chain = j.chain, last_event_id = j.event_id FROM journal j WHERE j.position = 1`,
    );
    const older = await ground.speaker();

    await until('the lane halts', () => older.health().relay.halt !== null);
    expect(older.health().relay.halt?.because).toContain('beyond position 1');
  });

  it('is written by one instance at a time, and a successor takes over where a stopped one left', async () => {
    const first = await ground.speaker('ingestion-0');
    const second = await ground.speaker('ingestion-1');
    await first.perform([tick(1)]);
    await published(1);
    expect([first.isHolder(), second.isHolder()]).toEqual([true, false]);

    await first.close();
    await until('the successor works', () => second.isHolder() && second.health().relay.isHolder);
    await second.perform([tick(2)]);
    await published(2);

    expect(await ground.lane('ingestion')).toHaveLength(2);
  });

  it('is not shared by two stacks: the set-up of a second one stops with a clear line', async () => {
    const { rows } = await ground.database('ingestion').query('SELECT 1');
    expect(rows).toHaveLength(1);
    await ground.database('ingestion').query('UPDATE lane SET lane_id = gen_random_uuid()');

    await expect(ground.setUp()).rejects.toThrow(/LOG_INGESTION is not as asked .*another stack/);
    await expect(ground.speaker()).rejects.toThrow(/another stack/);
  });

  it('gathers the failures of a service that joins the house later', async () => {
    await ground.setUp([{ service: 'risk', migrations: [] }]);
    const { manager } = await ground.manager();
    // Servers that are too old for it gather nothing.
    const gathered = (await manager.streams.list().next()).filter(({ config }) => config.name === 'FAILURES');
    for (const { config } of gathered)
      expect(config.sources?.map(({ name }) => name).sort()).toEqual(['LOG_ESCALATION', 'LOG_INGESTION', 'LOG_RISK']);
    await ground.setUp();
  });

  it('is refused by a service when a setting of its stream is not as asked', async () => {
    const { manager } = await ground.manager();
    const { config } = await manager.streams.info('CMD_INGESTION');
    await manager.streams.update('CMD_INGESTION', {
      ...config,
      max_age: 60_000_000_000,
      duplicate_window: 60_000_000_000,
    });

    await expect(ground.speaker()).rejects.toThrow(/CMD_INGESTION is not as asked \(max_age/);
  });
});
