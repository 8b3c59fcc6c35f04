import 'reflect-metadata';
import type { AnyEvent, ClockAdvanced, FeedPaused, Recorded, ServiceName } from '@tocsin/contracts';
import { streamOf } from '@tocsin/contracts';
import { instant, plusMs, type Pair } from '@tocsin/domain-kit';
import { createDatabase } from '@tocsin/local-servers';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import {
  Database,
  foldProjection,
  ProjectionFault,
  projectionRows,
  ProjectionRunner,
  ReadSide1700000000002,
  type AnyProjection,
  type Projection,
} from '../src/index.ts';

/** Clocks that show a time; one that is wound back to `zero` is taken off the wall. */
@Entity('clock')
class ClockRow {
  @PrimaryColumn('text') readonly clock!: string;
  @PrimaryColumn('integer') readonly hour!: number;
  @Column('integer') readonly times!: number;
  @Column('jsonb') readonly because!: readonly string[];
}

const clocks: Projection<ClockRow, ClockAdvanced> = {
  name: 'clocks',
  version: 1,
  lane: 'ingestion',
  row: ClockRow,
  hears: ['ClockAdvanced'],
  keyOf: ({ data }) => [data.clock, Number(data.now.slice(11, 13))],
  evolve(row, { data: { clock, now, because } }) {
    if (because === 'zero') return null;
    if (because === 'broken') throw new Error('a clock without hands');
    if (because === 'stolen') return { clock: 'another', hour: 0, times: 1, because: [] };
    return {
      clock,
      hour: Number(now.slice(11, 13)),
      times: (row?.times ?? 0) + 1,
      because: [...(row?.because ?? []), because],
    };
  },
};

@Entity('pause')
class PauseRow {
  @PrimaryColumn('text') readonly pair!: Pair;
  @Column('text') readonly reason!: string;
}

const pauses: Projection<PauseRow, FeedPaused> = {
  name: 'pauses',
  version: 1,
  lane: 'ingestion',
  row: PauseRow,
  hears: ['FeedPaused'],
  keyOf: ({ data }) => data.pair,
  evolve: (_row, { data: { pair, reason } }) => ({ pair, reason }),
};

const TABLES = [
  'CREATE TABLE clock (clock text, hour integer, times integer NOT NULL, because jsonb NOT NULL, PRIMARY KEY (clock, hour))',
  'CREATE TABLE pause (pair text PRIMARY KEY, reason text NOT NULL CHECK (reason <> $$unspeakable$$))',
];

const dawn = instant('2026-03-02T09:00:00.000Z');

/** The fact at a position of a lane. */
function at(position: number, event: AnyEvent, service: ServiceName = 'ingestion'): Recorded<AnyEvent> {
  const time = plusMs(dawn, position * 1_000);
  return {
    ...event,
    ...{ id: `${service}-${position}`, time, recordedTime: time, service, tenant: 'shared', key: 'k', actor: 'a' },
    ...{
      entityVersion: 1,
      correlationId: 'c',
      causationId: null,
      traceparent: null,
      lane: streamOf(service),
      position,
    },
  };
}

const tick = (position: number, because = 'due', clock = 'virtual') =>
  at(position, { type: 'ClockAdvanced', data: { clock, now: dawn, because } });
const pause = (position: number, reason: string) =>
  at(position, { type: 'FeedPaused', data: { pair: 'EURUSD-15m' as Pair, reason, at: dawn } });

describe('the projection runner', () => {
  let database: Database;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const created = await createDatabase(process.env['DATABASE_URL'] ?? '');
    const { url } = created;
    const source = new DataSource({ type: 'postgres', url, migrations: [ReadSide1700000000002], extra: { max: 1 } });
    await source.initialize();
    await source.runMigrations();
    for (const table of TABLES) await source.query(table);
    await source.destroy();
    database = new Database({
      url,
      schema: 'public',
      applicationName: 'test',
      connectionsMax: 3,
      onIdleError: () => undefined,
    });
    close = async () => {
      await database.close();
      await created.drop();
    };
  });
  afterEach(() => close());

  const runnerOf = (...projections: readonly AnyProjection[]) => {
    const runner = new ProjectionRunner(projections);
    return (batch: readonly Recorded<AnyEvent>[], lane: ServiceName = 'ingestion') =>
      database.transaction((sql) => runner.apply({ sql, lane, batch }));
  };
  const numbers = async () =>
    (
      await database.query<{ number: number; lane: string; position: number; count: number }>(
        'SELECT number, lane, position, count FROM log_index ORDER BY number',
      )
    ).rows;

  it('folds a batch into rows: written, changed, and gone', async () => {
    const apply = runnerOf(clocks, pauses);
    const first = [tick(1), tick(2, 'due again'), tick(3, 'due', 'other'), pause(4, 'by hand')];
    const second = [tick(5, 'later'), tick(6, 'zero', 'other'), tick(7, 'due', 'third'), tick(8, 'zero', 'third')];
    await apply(first);
    await apply(second);
    expect(await projectionRows(database, clocks)).toEqual([
      { clock: 'virtual', hour: 9, times: 3, because: ['due', 'due again', 'later'] },
    ]);
    expect(await projectionRows(database, clocks)).toEqual(foldProjection(clocks, [...first, ...second]));
    expect(await projectionRows(database, pauses)).toEqual([{ pair: 'EURUSD-15m', reason: 'by hand' }]);
  });

  it('reads and writes each table once, however many facts a batch holds', async () => {
    const statements: string[] = [];
    const runner = new ProjectionRunner([clocks, pauses]);
    const batch = Array.from({ length: 200 }, (_, index) => tick(index + 1, 'due', `clock-${index % 50}`));
    const observe = async (rows: readonly Recorded<AnyEvent>[]) =>
      database.transaction((sql) =>
        runner.apply({
          sql: { query: (text, values) => (statements.push(text), sql.query(text, values)) },
          lane: 'ingestion',
          batch: rows,
        }),
      );
    await observe(batch);
    await observe([tick(201)]);
    statements.length = 0;
    await observe([tick(202), tick(203)]);
    expect(statements.map((text) => text.trim().split(/\s+/).slice(0, 1).join(' '))).toEqual([
      'SELECT',
      'INSERT',
      'WITH',
    ]);
  });

  it('numbers what it applied in the order of commits, over all lanes, without holes', async () => {
    const apply = runnerOf(clocks);
    const other = (position: number) =>
      at(position, { type: 'ClockAdvanced', data: { clock: 'x', now: dawn, because: 'y' } }, 'analysis');
    await apply([tick(1), tick(2)]);
    await apply([other(1), other(2), other(3)], 'analysis');
    await expect(apply([tick(3), tick(4, 'broken')])).rejects.toThrow(ProjectionFault);
    await Promise.all([apply([tick(3)]), apply([other(4)], 'analysis')]);
    const rows = await numbers();
    expect(rows.map(({ number, count }) => [number, count])).toEqual([
      [1, 2],
      [3, 3],
      [6, 1],
      [7, 1],
    ]);
    expect(new Set(rows.slice(2).map(({ lane }) => lane))).toEqual(new Set(['LOG_INGESTION', 'LOG_ANALYSIS']));
  });

  it('names the fact that cannot be folded, and leaves nothing of its step', async () => {
    const apply = runnerOf(clocks);
    await apply([tick(1)]);
    await expect(apply([tick(2), tick(3, 'broken')])).rejects.toMatchObject({
      name: 'ProjectionFault',
      projection: 'clocks',
      position: 3,
      cause: new Error('a clock without hands'),
    });
    expect(await projectionRows(database, clocks)).toEqual([expect.objectContaining({ times: 1 })]);
    expect(await numbers()).toHaveLength(1);
  });

  it('halts on a row that changes its key, and on one that PostgreSQL refuses', async () => {
    await expect(runnerOf(clocks)([tick(1, 'stolen')])).rejects.toMatchObject({ projection: 'clocks', position: 1 });
    await expect(runnerOf(pauses)([pause(1, 'unspeakable')])).rejects.toMatchObject({
      projection: 'pauses',
      position: 1,
    });
    await expect(runnerOf(pauses)([pause(1, 'a\u0000b')])).rejects.toBeInstanceOf(ProjectionFault);
  });

  it('halts a projection that comes late or folds otherwise than before, until it is rebuilt', async () => {
    await runnerOf(clocks)([tick(1)]);
    await runnerOf(clocks)([tick(2)]);
    const late = runnerOf(clocks, pauses)([tick(3)]);
    await expect(late).rejects.toMatchObject({ projection: 'pauses', position: 3 });
    const changed = runnerOf({ ...clocks, version: 2 })([tick(3)]);
    await expect(changed).rejects.toMatchObject({ projection: 'clocks', position: 3 });
    await runnerOf(clocks)([tick(3)]);
  });

  it('refuses a step with a hole in it', async () => {
    await expect(runnerOf(clocks)([tick(1), tick(3)])).rejects.toThrow('no holes');
  });
});
