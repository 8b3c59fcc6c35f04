import { ProjectionRunner, type AnyProjection, type Database } from '@tocsin/event-log';
import { projections } from '@tocsin/query/projections';
import { until, type Ground } from '../ground.ts';
import { feedsAdded } from '../recorded-bars.ts';
import { projectByHand } from './hand-written-projection.ts';
import { expectCount, secondsOf, type Measurement, type Way } from './measurement.ts';
import { MeasuredLane } from './measured-lane.ts';
import { openTypeOrm } from './typeorm-projection.ts';

/** The long history is this many times the short one. */
const TIMES = 10;

export const barProjection = projectionNamed('bar');

/** One read model, filled from the lane: through the public API, by hand, and with TypeORM. */
export async function projection(ground: Ground, events: number): Promise<Measurement> {
  const lane = await MeasuredLane.open(ground);
  await lane.fill(events);
  const database = ground.database('query');
  const typeOrm = await openTypeOrm(ground.databaseUrl, barProjection.row);
  const way = (name: string, kind: Way['kind'], fold: () => Promise<number>): Way => ({
    name,
    kind,
    events,
    run: async () => {
      await forget(database);
      const seconds = await fold();
      await expectBars(database, events);
      return seconds;
    },
  });
  return {
    title: 'one read model (bars), from the lane to its table',
    unit: 'events/s',
    ways: [
      way('hand-written loop, the same SQL', 'limit', () => secondsOf(() => projectByHand(lane, database, events))),
      way('ours, through the public API', 'ours', () => rebuild(ground, [barProjection], events)),
      way('TypeORM batch, orUpdate', 'peer', () => secondsOf(() => typeOrm.project(lane, events))),
      way('ours, all read models of the lane', 'ours', () => rebuild(ground, projections, events)),
    ],
    goals: [
      { way: 'ours, through the public API', atLeast: 0.9, than: 'hand-written loop, the same SQL' },
      { way: 'ours, through the public API', atLeast: 62_000, than: null },
    ],
    note: 'The second goal is 20 times the best that Emmett 0.42 did on a machine like this one, 3,100 events/s; it was not run here.',
    close: async () => {
      await typeOrm.close();
      await database.close();
      await lane.close();
    },
  };
}

/** The same through the public API when the lane is ten times as long: a rate must not depend on how much there is. */
export async function longHistory(ground: Ground, events: number): Promise<Measurement> {
  const short = await MeasuredLane.open(ground);
  const database = ground.database('query');
  const way = (name: string, count: number): Way => ({
    name,
    kind: 'ours',
    events: count,
    run: async () => {
      await short.fill(count);
      await forget(database);
      const seconds = await rebuild(ground, [barProjection], count);
      await expectBars(database, count);
      return seconds;
    },
  });
  return {
    title: `a history ${TIMES} times as long, one read model`,
    unit: 'events/s',
    ways: [way('short history', events), way('long history', events * TIMES)],
    goals: [{ way: 'long history', atLeast: 0.9, than: 'short history' }],
    close: async () => {
      await database.close();
      await short.close();
    },
  };
}

/** Opens a read side with these projections and waits until it has folded the whole lane. */
async function rebuild(ground: Ground, folded: readonly AnyProjection[], events: number): Promise<number> {
  const log = await ground.open({ service: 'query', hears: ['ingestion'], body: new ProjectionRunner(folded) });
  await until(() => log.isHolder());
  const seconds = await secondsOf(() =>
    until(() => log.health().consumer.lanes.some(({ position }) => position === events)),
  );
  await log.close();
  return seconds;
}

async function forget(database: Database): Promise<void> {
  await database.query('TRUNCATE bar, pair_status, failed_attempt, projection, log_index, checkpoint');
  await database.query('UPDATE log_head SET number = 0');
}

/** @throws {WrongResult} unless every bar has its row, with the position at which it stands on the lane. */
async function expectBars(database: Database, events: number): Promise<void> {
  const bars = events - feedsAdded.length;
  const { rows } = await database.query<{ bars: number; positions: number; moved: number }>(
    `SELECT count(*) AS bars, sum(position)::bigint AS positions,
       count(*) FILTER (WHERE open_at <> '2026-03-02T00:00:00Z'::timestamptz
         + floor((position - ${feedsAdded.length + 1}) / ${feedsAdded.length}) * interval '1 minute') AS moved
     FROM bar`,
  );
  expectCount('rows', rows[0]?.bars ?? 0, bars);
  expectCount('sum of positions', rows[0]?.positions ?? 0, (events * (events + 1)) / 2 - sumTo(feedsAdded.length));
  expectCount('rows with the position of another', rows[0]?.moved ?? -1, 0);
}

const sumTo = (number: number): number => (number * (number + 1)) / 2;

function projectionNamed(name: string): AnyProjection {
  const found = projections.find((candidate) => candidate.name === name);
  if (found === undefined) throw new TypeError(`query folds no '${name}'`);
  return found;
}
