import 'reflect-metadata';
import { projectionRows, type AnyProjection } from '@tocsin/event-log';
import type { ServiceName } from '@tocsin/contracts';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { readingFrom } from '../src/data-source.ts';
import { projections } from '../src/projections/projections.ts';
import { anyHistory } from './arbitrary-facts.ts';
import { barClosed, feedAdded } from './facts.ts';
import { Ground } from './ground.ts';

const LANES = ['ingestion', 'analysis', 'escalation', 'notification'] as const satisfies readonly ServiceName[];
const RUNS = 20;

const inKeyOrder = (rows: readonly object[]): string[] => rows.map((row) => canonical(row)).sort();
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const expectTablesToEqualFolds = async (ground: Ground, of: readonly AnyProjection[] = projections): Promise<void> => {
  for (const projection of of) {
    const rows = await projectionRows(ground.database, projection);
    expect(inKeyOrder(rows)).toEqual(inKeyOrder(ground.folded(projection)));
  }
};

describe('the read models', () => {
  let ground: Ground;
  afterEach(() => ground.close());

  it('equal an independent fold of the log, whatever was said and however it was cut into steps', async () => {
    ground = await Ground.open();
    await fc.assert(
      fc.asyncProperty(anyHistory, async (steps) => {
        for (const step of steps)
          for (const lane of LANES)
            await ground.step(
              lane,
              step.filter(({ service }) => service === lane),
            );
        await expectTablesToEqualFolds(ground);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(ground.heard.length).toBeGreaterThan(RUNS);
  }, 120_000);

  it('are what their row classes describe: TypeORM would change nothing', async () => {
    ground = await Ground.open();
    const source = await new DataSource(readingFrom(ground.url, 1)).initialize();
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      const aboutColumns = upQueries.map(({ query }) => query).filter((query) => !query.startsWith('DROP INDEX'));
      expect(aboutColumns).toEqual([]);
    } finally {
      await source.destroy();
    }
  });

  it('read through TypeORM as they were folded', async () => {
    ground = await Ground.open();
    await ground.hear(feedAdded(), barClosed(0), barClosed(1));
    const source = await new DataSource(readingFrom(ground.url, 1)).initialize();
    try {
      for (const projection of projections.filter(({ name }) => ['bar', 'pair-status'].includes(name))) {
        const rows = await source.getRepository(projection.row).find();
        expect(rows.map((row) => ({ ...row }))).toEqual(ground.folded(projection));
      }
    } finally {
      await source.destroy();
    }
  });
});
