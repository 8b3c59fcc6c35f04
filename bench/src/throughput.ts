import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ProjectionRunner, type EventLog } from '@tocsin/event-log';
import { projections } from '@tocsin/query/projections';
import { schema as querySchema } from '@tocsin/query/schema';
import { openGround, type Ground } from './ground.ts';
import { barObservation, plainFeed } from './recorded-bars.ts';

const OBSERVATIONS_AT_ONCE = 500;

/** Events per second on each stretch of the way, and how many were counted at its end. */
export type Throughput = {
  readonly events: number;
  /** Observed, decided, journalled, numbered, published and recorded. */
  readonly stepToRecorded: number;
  /** Journalled and numbered already: published again from the journal until recorded. */
  readonly journalToRecorded: number;
  /** Read, verified, decoded and folded into every read model of the lane. */
  readonly projection: number;
};

/** Sends `events` bars through the log and back into read models, on servers of its own. */
export async function measureThroughput(events: number): Promise<Throughput> {
  const ground = await openGround();
  try {
    const schemas = [{ service: 'ingestion' as const, migrations: [] }, querySchema];
    await ground.setUp(schemas);
    const stepToRecorded = await measureSteps(ground, events);
    await forgetLane(ground);
    await ground.setUp(schemas);
    const journalToRecorded = await measureRelay(ground, events);
    const projection = await measureProjection(ground, events);
    return { events, stepToRecorded, journalToRecorded, projection };
  } finally {
    await ground.close();
  }
}

async function measureSteps(ground: Ground, events: number): Promise<number> {
  const log = await ground.open({ service: 'ingestion', entities: [plainFeed] });
  const rate = await perSecond(events, async () => {
    for (let from = 0; from < events; from += OBSERVATIONS_AT_ONCE)
      await log.perform(Array.from({ length: OBSERVATIONS_AT_ONCE }, (_, index) => barObservation(from + index)));
    await recorded(log, events);
  });
  await log.close();
  return rate;
}

async function measureRelay(ground: Ground, events: number): Promise<number> {
  const startedAt = performance.now();
  const log = await ground.open({ service: 'ingestion', entities: [plainFeed] });
  await recorded(log, events);
  const rate = events / ((performance.now() - startedAt) / 1_000);
  await log.close();
  return rate;
}

async function measureProjection(ground: Ground, events: number): Promise<number> {
  const body = new ProjectionRunner(projections);
  const startedAt = performance.now();
  const log = await ground.open({ service: 'query', hears: ['ingestion'], body });
  await until(() => log.health().consumer.lanes.some(({ position }) => position === events));
  const rate = events / ((performance.now() - startedAt) / 1_000);
  await log.close();
  return rate;
}

/** The stream is lost as a whole; the journal has everything. */
async function forgetLane({ natsUrl }: Ground): Promise<void> {
  const nats = await connect({ servers: natsUrl });
  const manager = await jetstreamManager(nats);
  await manager.streams.delete('LOG_INGESTION');
  await nats.close();
}

async function perSecond(events: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return events / ((performance.now() - startedAt) / 1_000);
}

const recorded = (log: EventLog, position: number): Promise<void> =>
  until(() => log.health().relay.published >= position && log.health().relay.waitingFor === null);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}
