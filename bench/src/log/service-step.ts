import type { Database, EventLog } from '@tocsin/event-log';
import { until, type Ground } from '../ground.ts';
import { barData, feedsAdded } from '../recorded-bars.ts';
import { expectCount, secondsOf, WrongResult, type Measurement } from './measurement.ts';
import { MeasuredLane } from './measured-lane.ts';
import { PlainRunController, plainRun } from './plain-run.ts';
import { observationOf, rowOf } from './run-rows.ts';
import { BareStep } from './bare-step.ts';

const BATCH = 500;
/** Steps of one message are measured by the hundred: each waits for the disk. */
const SINGLE_STEPS = 500;

/** A service at work: it hears facts in batches, decides, writes and advances; beside it, the SQL that this is made of. */
export async function serviceStep(ground: Ground, events: number): Promise<Measurement> {
  const lane = await MeasuredLane.open(ground);
  await lane.fill(events);
  const database = ground.database('analysis');
  const said = events - feedsAdded.length;
  const rows = Array.from({ length: said }, (_, index) => rowOf(index));
  const bare = await BareStep.open(ground.databaseUrl);
  return {
    title: 'a service’s step: hear, decide, write, advance, in batches of 500',
    unit: 'events/s',
    ways: [
      {
        name: 'the bare SQL of the steps',
        kind: 'limit',
        events: said,
        run: async () => {
          await forget(database);
          const seconds = await secondsOf(async () => {
            for (let from = 0; from < rows.length; from += BATCH) await bare.apply(rows.slice(from, from + BATCH));
          });
          await expectJournal(database, said);
          return seconds;
        },
      },
      {
        name: 'ours',
        kind: 'ours',
        events: said,
        run: async () => {
          await forget(database);
          const log = await openAnalysis(ground, [new PlainRunController()]);
          const seconds = await secondsOf(() =>
            until(() => log.health().consumer.lanes.some(({ position }) => position === events)),
          );
          await log.close();
          await expectJournal(database, said);
          return seconds;
        },
      },
    ],
    goals: [],
    note: 'Ours includes reading, verifying, decoding, deciding and encoding; the bare SQL has its parameters at hand.',
    close: async () => {
      await bare.close();
      await database.close();
      await lane.close();
    },
  };
}

/** Steps of one message each, one after the other: what a fact that comes alone waits for. */
export async function singleStep(ground: Ground): Promise<Measurement> {
  const database = ground.database('analysis');
  const rows = Array.from({ length: SINGLE_STEPS }, (_, index) => rowOf(index));
  const bare = await BareStep.open(ground.databaseUrl);
  return {
    title: 'a service’s step of one message',
    unit: 'steps/s',
    ways: [
      {
        name: 'the bare SQL of the step',
        kind: 'limit',
        events: SINGLE_STEPS,
        run: async () => {
          await forget(database);
          const seconds = await secondsOf(async () => {
            for (const row of rows) await bare.apply([row]);
          });
          await expectJournal(database, SINGLE_STEPS);
          return seconds;
        },
      },
      {
        name: 'ours',
        kind: 'ours',
        events: SINGLE_STEPS,
        run: async () => {
          await forget(database);
          const log = await openAnalysis(ground, []);
          const seconds = await secondsOf(async () => {
            for (let number = 0; number < SINGLE_STEPS; number += 1) await log.perform([observationOf(number)]);
          });
          await log.close();
          await expectJournal(database, SINGLE_STEPS);
          return seconds;
        },
      },
    ],
    goals: [],
    close: async () => {
      await bare.close();
      await database.close();
    },
  };
}

/** Opened while another instance holds the lane's lease, so that the step is measured without the relay. */
async function openAnalysis(ground: Ground, controllers: readonly object[]): Promise<EventLog> {
  const log = await ground.open({ service: 'analysis', hears: ['ingestion'], entities: [plainRun], controllers });
  await until(() => log.isHolder());
  return log;
}

async function forget(database: Database): Promise<void> {
  await database.query('TRUNCATE journal, entity, checkpoint');
  await database.query(
    `UPDATE lane SET position = 0, published = 0, holder = 'nobody', lease_until = now() + interval '1 hour'`,
  );
}

/** @throws {WrongResult} unless every bar has its fact, in the order of the bars, and the entities have counted them. */
async function expectJournal(database: Database, facts: number): Promise<void> {
  const { rows: journal } = await database.query<{ body: Buffer }>('SELECT body FROM journal ORDER BY insert_id');
  expectCount('journalled facts', journal.length, facts);
  for (const [index, { body }] of journal.entries()) {
    const { openAt, pair } = barData(index);
    if (!body.includes(`"runId":"${pair}-${openAt}"`)) throw new WrongResult(`fact ${index + 1} is of another bar`);
  }
  const { rows } = await database.query<{ versions: number }>('SELECT sum(version)::bigint AS versions FROM entity');
  expectCount('versions of entities', rows[0]?.versions ?? 0, facts);
}
