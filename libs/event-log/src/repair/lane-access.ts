import { jetstreamManager, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { streamOf, type ServiceName } from '@tocsin/contracts';
import type { LaneRow } from '../lane/lane-row.ts';
import { laneIdIn } from '../lane/stream-config.ts';
import { isStreamMissing } from '../lane/stream-missing.ts';
import type { Database } from '../postgres/database.ts';
import { postgresStore } from '../store/postgres-store.ts';

/** A lane with both sides that know it: the log that everyone reads, and the service's own database. */
export type LaneAccess = {
  readonly service: ServiceName;
  readonly nats: NatsConnection;
  readonly database: Database;
};

/** What long work says of itself, often. */
export type Progress = (step: { readonly doing: string; readonly done: number; readonly total: number }) => void;

const CALL_TIMEOUT_MS = 5_000;

/** The server's API for streams, on which no call waits longer than 5 s. */
export const managerOf = (nats: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(nats, { checkAPI: false, timeout: CALL_TIMEOUT_MS });

export const readLaneRow = ({ service, database }: LaneAccess): Promise<LaneRow> =>
  postgresStore(database).readLane(streamOf(service));

/** What the server says of the lane's stream; null when there is none. */
export async function readStreamInfo({ service, nats }: LaneAccess): Promise<StreamInfo | null> {
  const manager = await managerOf(nats);
  try {
    return await manager.streams.info(streamOf(service));
  } catch (error) {
    if (isStreamMissing(error)) return null;
    throw error;
  }
}

/** The lane that a stream says that it is; null when it says nothing of the kind. */
export const laneIdOf = ({ config }: StreamInfo): string | null => laneIdIn(config.description);
