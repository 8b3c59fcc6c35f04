import { jetstreamManager, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { streamOf, type ServiceName } from '@tocsin/contracts';
import {
  canSourceFailures,
  commandStream,
  failuresStream,
  fieldsNotAsAsked,
  heartbeatStream,
  laneIdIn,
  laneStream,
  type AskedStream,
  type StreamSettings,
} from './stream-config.ts';
import { isStreamMissing } from './stream-missing.ts';

/** A server or a stream that is not what this system was built on; starting anyway would lose what it promises. */
export class TopologyFault extends Error {
  override readonly name = 'TopologyFault';
}

/** A service's lane by its identity in the database. */
export type LaneIdentity = { readonly service: ServiceName; readonly laneId: string };

const CALL_TIMEOUT_MS = 5_000;

const settingsOf = (nats: NatsConnection, replicas: 1 | 3): StreamSettings => ({
  replicas,
  serverVersion: nats.info?.version ?? '0.0.0',
});

/**
 * Creates the streams that do not exist and checks those that do. Run by the set-up, never by a service.
 * @throws {TopologyFault} naming every field that the server did not take as asked, or a lane of another stack.
 */
export async function createStreams(
  nats: NatsConnection,
  lanes: readonly LaneIdentity[],
  replicas: 1 | 3,
): Promise<void> {
  const manager = await jetstreamManager(nats, { timeout: CALL_TIMEOUT_MS });
  const settings = settingsOf(nats, replicas);
  for (const { service, laneId } of lanes) {
    await createStream(manager, laneStream(service, laneId, settings));
    await createStream(manager, commandStream(service, settings));
  }
  await createStream(manager, heartbeatStream(settings));
  if (!canSourceFailures(settings.serverVersion)) return;
  const services = lanes.map(({ service }) => service);
  await createFailures(manager, failuresStream(services, settings));
}

/**
 * A house that has got another lane since its failures were first gathered gathers those of that one too. One that has
 * lost a lane, because an older version was put back, goes on gathering from it.
 */
async function createFailures(manager: JetStreamManager, asked: AskedStream): Promise<void> {
  const known = await readStream(manager, asked.name);
  const gathered = known?.sources ?? [];
  const missing = (asked.sources ?? []).filter((source) => !gathered.some(({ name }) => name === source.name));
  const sources = [...gathered, ...missing];
  if (known !== null && missing.length > 0) await manager.streams.update(asked.name, { ...known, sources });
  await createStream(manager, { ...asked, sources });
}

/**
 * Creates one lane's stream, where there is none, as `createStreams` makes it.
 * @throws {TopologyFault} naming every field that the server did not take as asked.
 */
export async function createLane(
  nats: NatsConnection,
  { service, laneId }: LaneIdentity,
  replicas: 1 | 3,
): Promise<void> {
  const manager = await jetstreamManager(nats, { checkAPI: false, timeout: CALL_TIMEOUT_MS });
  await createStream(manager, laneStream(service, laneId, settingsOf(nats, replicas)));
}

/** Names what of a lane's stream is not as `createStreams` makes it. */
export const laneNotAsAsked = (
  nats: NatsConnection,
  { service, laneId }: LaneIdentity,
  replicas: 1 | 3,
  actual: StreamConfig,
): readonly string[] => fieldsNotAsAsked(laneStream(service, laneId, settingsOf(nats, replicas)), actual);

async function createStream(manager: JetStreamManager, asked: AskedStream): Promise<void> {
  const actual = (await readStream(manager, asked.name)) ?? (await manager.streams.add(asked)).config;
  refuseDifferences(asked, actual);
}

/**
 * The capability gate: compares what a service needs with what is there. `known` holds the identities of the lanes
 * that the service has heard before. Returns the identity of every lane that it hears.
 * @throws {TopologyFault} when a stream is missing, is another stack's, or a field is not as asked.
 */
export async function checkStreams(
  nats: NatsConnection,
  own: LaneIdentity,
  hears: readonly ServiceName[],
  known: ReadonlyMap<ServiceName, string>,
  replicas: 1 | 3,
): Promise<ReadonlyMap<ServiceName, string>> {
  const manager = await jetstreamManager(nats, { timeout: CALL_TIMEOUT_MS });
  const settings = settingsOf(nats, replicas);
  await checkStream(manager, laneStream(own.service, own.laneId, settings));
  await checkStream(manager, commandStream(own.service, settings));
  await checkStream(manager, heartbeatStream(settings));
  const heard = new Map<ServiceName, string>();
  for (const service of hears) {
    const laneId = known.get(service) ?? (await readLaneId(manager, service));
    await checkStream(manager, laneStream(service, laneId, settings));
    heard.set(service, laneId);
  }
  return heard;
}

/**
 * The same for the request streams of the services that are asked: a request must not be sent into the void.
 * @throws {TopologyFault} when one is missing, or a field is not as asked.
 */
export async function checkAsked(nats: NatsConnection, asks: readonly ServiceName[], replicas: 1 | 3): Promise<void> {
  const manager = await jetstreamManager(nats, { timeout: CALL_TIMEOUT_MS });
  for (const service of asks) await checkStream(manager, commandStream(service, settingsOf(nats, replicas)));
}

async function checkStream(manager: JetStreamManager, asked: AskedStream): Promise<void> {
  const actual = await readStream(manager, asked.name);
  if (actual === null) throw new TopologyFault(`stream ${asked.name} does not exist; run the set-up first`);
  refuseDifferences(asked, actual);
}

async function readLaneId(manager: JetStreamManager, service: ServiceName): Promise<string> {
  const name = streamOf(service);
  const config = await readStream(manager, name);
  const laneId = laneIdIn(config?.description);
  if (laneId === null) throw new TopologyFault(`stream ${name} does not exist or is not a lane; run the set-up first`);
  return laneId;
}

async function readStream(manager: JetStreamManager, name: string): Promise<StreamConfig | null> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (isStreamMissing(error)) return null;
    throw error;
  }
}

function refuseDifferences(asked: AskedStream, actual: StreamConfig): void {
  const differences = fieldsNotAsAsked(asked, actual);
  if (differences.length === 0) return;
  throw new TopologyFault(
    `stream ${asked.name} is not as asked (${differences.join('; ')}); ` +
      (asked.description !== actual.description
        ? 'it belongs to another stack, or its database was replaced'
        : 'the server is too old, or somebody changed the stream'),
  );
}
