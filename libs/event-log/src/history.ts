import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvent, streamOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { readLogged } from './repair/logged-messages.ts';

/**
 * Reads a lane from its first fact to the head that it has now, in order, in batches. Reading moves no checkpoint and
 * decides nothing.
 * @throws {Unreachable} when the server stops to give what it has. @throws {ContractViolation} at a fact that cannot be
 * read.
 */
export async function* readHistory(
  nats: NatsConnection,
  service: ServiceName,
): AsyncGenerator<readonly Recorded<AnyEvent>[]> {
  const lane = streamOf(service);
  for await (const batch of readLogged(nats, lane, 1))
    yield batch.map(({ position, body }) => decodeEvent(body, { lane, position }));
}
