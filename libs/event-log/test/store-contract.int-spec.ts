import { setTimeout as pause } from 'node:timers/promises';
import { chainStart } from '../src/lane/chain.ts';
import { Database } from '../src/index.ts';
import { postgresStore } from '../src/store/postgres-store.ts';
import { describeStore } from './contract/store.contract.ts';
import { SERVICE, type StoreGround } from './contract/store-scene.ts';
import { describeTables } from './contract/tables.contract.ts';
import { Ground } from './ground.ts';
import { until } from './until.ts';

/** Real PostgreSQL: what the twin is held to as well. */
describe('the store in PostgreSQL', () => {
  let ground: Ground;
  let watcher: Database;
  const processes: Database[] = [];
  beforeAll(async () => {
    ground = await Ground.open();
    watcher = ground.database(SERVICE);
  });
  afterAll(() => ground.close());

  const sessions = async (condition: string): Promise<number> => {
    const { rows } = await watcher.query<{ count: number }>(
      `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND ${condition}`,
    );
    return rows[0]?.count ?? 0;
  };
  const laneId = async (): Promise<string> => {
    const { rows } = await watcher.query<{ lane_id: string }>('SELECT lane_id FROM lane');
    return rows[0]?.lane_id ?? '';
  };
  const empty = async (): Promise<void> => {
    await watcher.query('TRUNCATE journal, checkpoint, entity, timer, handled_command, parked');
    const free = 'holder = NULL, boot = NULL, lease_until = NULL';
    await watcher.query(`UPDATE consumer SET service_time = NULL, ${free}`);
    await watcher.query(`UPDATE lane SET position = 0, chain = $1, last_event_id = NULL, published = 0, ${free}`, [
      chainStart(await laneId()),
    ]);
  };
  const moveLeases = async (by: string): Promise<void> => {
    for (const table of ['lane', 'consumer'])
      await watcher.query(`UPDATE ${table} SET lease_until = lease_until + interval '${by}'`);
  };

  const open = async (): Promise<StoreGround> => {
    await empty();
    return {
      open: () => {
        const { databaseUrl: url } = ground;
        const process = new Database({ url, schema: SERVICE, applicationName: 'test', onIdleError: () => undefined });
        processes.push(process);
        return postgresStore(process);
      },
      laneId: await laneId(),
      untilBlocked: () => until('somebody waits', async () => (await sessions(`wait_event_type = 'Lock'`)) > 0),
      untilNoneIsOpen: () =>
        until(
          'no transaction is open',
          async () => (await sessions('xact_start IS NOT NULL AND pid <> pg_backend_pid()')) === 0,
        ),
      pass: (ms) => pause(ms),
      settled: (promise) => promise,
      expireLeases: () => moveLeases('-1 hour'),
      setClockBack: () => moveLeases('1 hour'),
    };
  };
  const close = async () => {
    for (const process of processes.splice(0)) await process.close();
  };
  describeStore(open, close);
  describeTables(open, close);
});
