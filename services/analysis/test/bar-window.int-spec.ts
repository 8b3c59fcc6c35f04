import { randomUUID } from 'node:crypto';
import type { BarClosed, BarRevised, Recorded } from '@tocsin/contracts';
import { Database, type Sql } from '@tocsin/event-log';
import { DataSource } from 'typeorm';
import { WINDOW_BARS, withBar, type BarWindow, type PriceBar } from '../src/domain/bar-window.ts';
import { BarWindow1700000001001 } from '../src/inbound/bar-window.migration.ts';
import { barWindowModel } from '../src/inbound/bar-window.model.ts';
import { closedBar, revisedBar } from './closed-bars.ts';
import { sp500 } from './markets.ts';

const bars = sp500();
const PAIR = 'SPX-1d';

/** Real PostgreSQL, a schema of the file's own: windows survive whatever happens to the process that remembers them. */
describe('the windows of a service', () => {
  const name = `analysis_${randomUUID().replaceAll('-', '')}`;
  let source: DataSource;
  let database: Database;
  let windowsRead = 0;

  beforeAll(async () => {
    const url = process.env['DATABASE_URL'];
    if (url === undefined) throw new Error('DATABASE_URL is set by the global set-up of the integration tests');
    source = await new DataSource({
      type: 'postgres',
      url,
      migrations: [BarWindow1700000001001],
      extra: { options: `-c search_path=${name}` },
    }).initialize();
    await source.query(`CREATE SCHEMA ${name}`);
    await source.runMigrations();
    const onIdleError = (error: Error) => {
      throw error;
    };
    database = new Database({ url, schema: name, applicationName: 'test', connectionsMax: 2, onIdleError });
  });
  beforeEach(async () => {
    await database.query('TRUNCATE bar_window, bar_window_stamp');
  });
  afterAll(async () => {
    await database.close();
    await source.query(`DROP SCHEMA ${name} CASCADE`);
    await source.destroy();
  });

  /** The connection of a step, counting the windows that are read through it. */
  const counting = (sql: Sql): Sql => ({
    async query<Row extends object>(text: string, values?: readonly unknown[]) {
      const answer = await sql.query<Row>(text, values);
      if (text.includes('json_agg')) windowsRead += answer.rows.length;
      return answer;
    },
  });

  const heard = (bar: PriceBar, pair = PAIR) =>
    ({ type: 'BarClosed', data: { ...closedBar(bar), pair } }) as Recorded<BarClosed>;
  const revisedTo = (bar: PriceBar) =>
    ({ ...heard(bar), type: 'BarRevised', data: revisedBar(bar) }) as Recorded<BarRevised>;

  type Model = ReturnType<typeof barWindowModel>;
  type Batch = readonly Recorded<BarClosed | BarRevised>[];

  /** What the runtime does with a batch: load once, fold in order, save once. */
  async function fold(model: Model, sql: Sql, batch: Batch): Promise<Map<string, BarWindow>> {
    const values = await model.load(counting(sql), [...new Set(batch.map((event) => model.keyOf(event)))]);
    const changed = new Map<string, BarWindow>();
    for (const event of batch) {
      const key = model.keyOf(event);
      const value = model.fold(values.get(key), event);
      values.set(key, value);
      changed.set(key, value);
    }
    await model.save(counting(sql), changed);
    return values;
  }
  const step = (model: Model, batch: Batch) => database.transaction((sql) => fold(model, sql, batch));
  const loaded = async (model: Model, pair = PAIR) => (await model.load(counting(database), [pair])).get(pair);
  const stored = async () => {
    const { rows } = await database.query<{ bars: number }>('SELECT count(*)::int AS bars FROM bar_window');
    return rows[0]?.bars;
  };

  const batches = (from: number, to: number, size: number): readonly Batch[] =>
    Array.from({ length: Math.ceil((to - from) / size) }, (_, at) =>
      bars.slice(from + at * size, Math.min(to, from + (at + 1) * size)).map((bar) => heard(bar)),
    );
  const expected = (end: number): BarWindow => bars.slice(0, end).reduce<BarWindow>(withBar, []);

  it('hold the newest 512 bars, byte for byte, for whoever reads them', async () => {
    const model = barWindowModel(10);
    for (const batch of batches(0, 1_100, 37)) await step(model, batch);

    expect(await loaded(model)).toEqual(expected(1_100));
    expect(JSON.stringify(await loaded(barWindowModel(10)))).toBe(JSON.stringify(expected(1_100)));
    expect(await stored()).toBe(WINDOW_BARS);
  });

  it('are not read back by the process that wrote them', async () => {
    const model = barWindowModel(10);
    await step(
      model,
      bars.slice(0, 600).map((bar) => heard(bar)),
    );
    windowsRead = 0;
    for (const batch of batches(600, 650, 1)) await step(model, batch);
    expect(windowsRead).toBe(0);
    expect(await loaded(barWindowModel(10))).toEqual(expected(650));
  });

  it('take up a revision and a late bar', async () => {
    const model = barWindowModel(10);
    await step(
      model,
      bars
        .slice(0, 20)
        .filter((_, at) => at !== 7)
        .map((bar) => heard(bar)),
    );
    const [late, revised] = [bars[7], bars[12]];
    if (late === undefined || revised === undefined) throw new RangeError('the file has more bars than that');
    const again = { ...revised, close: revised.close + 1, high: revised.high + 1 };
    await step(model, [heard(late), revisedTo(again)]);

    expect(await loaded(barWindowModel(10))).toEqual(expected(20).with(12, again));
  });

  it('forget a step that was rolled back', async () => {
    const model = barWindowModel(10);
    await step(
      model,
      bars.slice(0, 30).map((bar) => heard(bar)),
    );
    const failing = database.transaction(async (sql) => {
      await fold(
        model,
        sql,
        bars.slice(30, 40).map((bar) => heard(bar)),
      );
      throw new Error('the step does not commit');
    });
    await expect(failing).rejects.toThrow('the step does not commit');

    expect(await loaded(model)).toEqual(expected(30));
    await step(
      model,
      bars.slice(30, 35).map((bar) => heard(bar)),
    );
    expect(await loaded(barWindowModel(10))).toEqual(expected(35));
  });

  it('forget a first step that was rolled back', async () => {
    const model = barWindowModel(10);
    const failing = database.transaction(async (sql) => {
      await fold(
        model,
        sql,
        bars.slice(0, 10).map((bar) => heard(bar)),
      );
      throw new Error('the step does not commit');
    });
    await expect(failing).rejects.toThrow('the step does not commit');

    expect(await loaded(model)).toBeUndefined();
    await step(
      model,
      bars.slice(0, 5).map((bar) => heard(bar)),
    );
    expect(await loaded(barWindowModel(10))).toEqual(expected(5));
  });

  it('forget what was rolled back to a savepoint of the same transaction', async () => {
    const model = barWindowModel(10);
    await database.transaction(async (sql) => {
      await fold(
        model,
        sql,
        bars.slice(0, 30).map((bar) => heard(bar)),
      );
      await sql.query('SAVEPOINT one');
      await fold(
        model,
        sql,
        bars.slice(30, 40).map((bar) => heard(bar)),
      );
      await sql.query('ROLLBACK TO SAVEPOINT one');
      await fold(
        model,
        sql,
        bars.slice(30, 32).map((bar) => heard(bar)),
      );
    });
    expect(await loaded(model)).toEqual(expected(32));
    expect(await loaded(barWindowModel(10))).toEqual(expected(32));
  });

  it('are read again after another instance has had its turn', async () => {
    const [one, other] = [barWindowModel(10), barWindowModel(10)];
    await step(
      one,
      bars.slice(0, 30).map((bar) => heard(bar)),
    );
    await step(
      other,
      bars.slice(30, 40).map((bar) => heard(bar)),
    );
    await step(
      one,
      bars.slice(40, 50).map((bar) => heard(bar)),
    );
    expect(await loaded(other)).toEqual(expected(50));
  });

  it('are as right when more pairs are heard than may be remembered', async () => {
    const model = barWindowModel(1);
    for (let at = 0; at < 40; at += 4) {
      const some = bars.slice(at, at + 4);
      await step(
        model,
        ['A-1d', 'B-1d', 'C-1d'].flatMap((pair) => some.map((bar) => heard(bar, pair))),
      );
    }
    for (const pair of ['A-1d', 'B-1d', 'C-1d']) expect(await loaded(model, pair)).toEqual(expected(40));
  });
});
