import { DeliverPolicy, type ConsumerConfig, type ConsumerInfo } from '@nats-io/jetstream';
import { streamOf } from '@tocsin/contracts';
import { managerOf, type LaneAccess } from './lane-access.ts';

/** A durable consumer that somebody outside keeps on a lane, and the last position that it has acknowledged. */
export type OutsideConsumer = { readonly config: ConsumerConfig; readonly acknowledged: number };

/** The durable consumers of a lane. Our own readers have none: where they stand is in their own databases. */
export async function readOutsideConsumers(access: LaneAccess): Promise<readonly OutsideConsumer[]> {
  const consumers: OutsideConsumer[] = [];
  for await (const { config, ack_floor: floor } of (await managerOf(access.nats)).consumers.list(
    streamOf(access.service),
  ))
    if (config.durable_name !== undefined) consumers.push({ config, acknowledged: floor.stream_seq });
  return consumers;
}

/** Makes consumers again that went with their stream, each after what it had acknowledged: positions never change. */
export async function restoreOutsideConsumers(
  access: LaneAccess,
  consumers: readonly OutsideConsumer[],
): Promise<readonly string[]> {
  const manager = await managerOf(access.nats);
  const stream = streamOf(access.service);
  const present = new Set<string>();
  for await (const { name } of manager.consumers.list(stream) as AsyncIterable<ConsumerInfo>) present.add(name);
  const restored: string[] = [];
  for (const { config, acknowledged } of consumers) {
    const name = config.durable_name;
    if (name === undefined || present.has(name)) continue;
    const place = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: acknowledged + 1 };
    const rest = Object.fromEntries(Object.entries(config).filter(([field]) => field !== 'opt_start_time'));
    await manager.consumers.add(stream, { ...rest, ...place });
    restored.push(name);
  }
  return restored;
}
