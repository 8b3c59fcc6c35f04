import { jetstream } from '@nats-io/jetstream';
import { ProjectionRunner, type EventLog } from '@tocsin/event-log';
import { projections } from '@tocsin/query/projections';
import { until, type Ground } from '../ground.ts';
import { barObservation, plainFeed } from '../recorded-bars.ts';
import { BareStep } from './bare-step.ts';
import { expectCount, secondsOf, type Measurement } from './measurement.ts';
import { MeasuredLane } from './measured-lane.ts';
import { PlainRunController, plainRun } from './plain-run.ts';
import { pullAll } from './own-pulls.ts';
import { rowOf } from './run-rows.ts';

/** One after the other: what a bar waits for that comes alone. */
const BARS = 200;
const POLL_MS = 1;

/**
 * From a bar that is observed to the row that shows its analysis: three steps, two relays, two hops over the log. Beside
 * it, the five commits of one statement and the two hops that this cannot do without, one after the other.
 */
export async function barToRow(ground: Ground): Promise<Measurement> {
  const bars = await MeasuredLane.open(ground, 'ingestion');
  const runs = await MeasuredLane.open(ground, 'analysis');
  const query = ground.database('query');
  const bare = await BareStep.open(ground.databaseUrl);
  const rows = Array.from({ length: BARS }, (_, index) => rowOf(index));
  return {
    title: 'a bar alone: from its observation to the row of its analysis',
    unit: 'bars/s',
    ways: [
      {
        name: 'the bare commits and hops',
        kind: 'limit',
        events: BARS,
        run: async () => {
          await Promise.all([bars.begin(), runs.begin()]);
          const hop = new Hop(runs);
          return secondsOf(async () => {
            for (const row of rows) {
              for (let lane = 0; lane < 2; lane += 1) {
                await bare.commit(row); // The step's.
                await bare.commit(row); // The relay's.
                await hop.send(row.body);
              }
              await bare.commit(row);
            }
            await hop.end();
          });
        },
      },
      {
        name: 'ours',
        kind: 'ours',
        events: BARS,
        run: async () => {
          await Promise.all([bars.begin(), runs.begin()]);
          await query.query('TRUNCATE analysis, projection, log_index, checkpoint');
          const logs = await openHouse(ground);
          const seconds = await secondsOf(async () => {
            for (let number = 0; number < BARS; number += 1) {
              await logs.ingestion.perform([barObservation(number)]);
              await until(() => heard(logs.query) === number + 1, POLL_MS);
            }
          });
          await Promise.all(Object.values(logs).map((log) => log.close()));
          const { rows: shown } = await query.query('SELECT 1 FROM analysis');
          expectCount('analyses that are shown', shown.length, BARS);
          return seconds;
        },
      },
    ],
    goals: [{ way: 'ours', atLeast: 0.25, than: 'the bare commits and hops' }],
    note: `A goal of four times as long, as a rate. Ours runs in one process here, and is asked every ${POLL_MS} ms whether it is done.`,
    close: async () => {
      await bare.close();
      await query.close();
      await bars.close();
      await runs.close();
    },
  };
}

async function openHouse(ground: Ground) {
  const ingestion = await ground.open({ service: 'ingestion', entities: [plainFeed] });
  const analysis = await ground.open({
    service: 'analysis',
    hears: ['ingestion'],
    entities: [plainRun],
    controllers: [new PlainRunController()],
  });
  const query = await ground.open({ service: 'query', hears: ['analysis'], body: new ProjectionRunner(projections) });
  await until(() => [ingestion, analysis, query].every((log) => log.isHolder()));
  return { ingestion, analysis, query };
}

const heard = (log: EventLog): number => log.health().consumer.lanes.at(0)?.position ?? 0;

/** A message into the stream, acknowledged, and out of it again on a pull that waits for it. */
class Hop {
  readonly #lane: MeasuredLane;
  readonly #reading: Promise<void>;
  #arrive: () => void = () => undefined;

  constructor(lane: MeasuredLane) {
    this.#lane = lane;
    this.#reading = pullAll(lane.nats, lane.stream, 2 * BARS, () => {
      this.#arrive();
    });
  }

  async send(body: Buffer): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#arrive = resolve;
    });
    await jetstream(this.#lane.nats).publish('evt.analysis.shared.run.EURUSD-1m.started', body);
    await arrived;
  }

  /** @throws when not everything that was sent has come. */
  end(): Promise<void> {
    return this.#reading;
  }
}
