import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { decodeEvent, type BarClosed, type Recorded } from '@tocsin/contracts';
import { SnakeNaming, type RowClass } from '@tocsin/event-log';
import { chainNext } from '@tocsin/event-log/lane';
import { DataSource, type EntityManager } from 'typeorm';
import { WrongResult } from './measurement.ts';
import type { MeasuredLane } from './measured-lane.ts';

const BATCH = 500;

/** A read model as one writes it with TypeORM when told to be fast: a batch per transaction, one statement for its rows. */
export type TypeOrmProjection = {
  readonly project: (lane: MeasuredLane, events: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function openTypeOrm(databaseUrl: string, row: RowClass<object>): Promise<TypeOrmProjection> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    schema: 'query',
    entities: [row],
    namingStrategy: new SnakeNaming(),
    extra: { options: '-c search_path=query' },
  });
  await source.initialize();
  const columns = source.getMetadata(row).columns.map(({ databaseName }) => databaseName);
  const overwritten = columns.filter((name) => name !== 'pair' && name !== 'open_at');

  const write = async (
    manager: EntityManager,
    bars: readonly Recorded<BarClosed>[],
    last: number,
    chain: Uint8Array,
  ) => {
    if (bars.length > 0)
      await manager
        .createQueryBuilder()
        .insert()
        .into(row)
        .values(bars.map(rowOf))
        .orUpdate(overwritten, ['pair', 'open_at'])
        .updateEntity(false)
        .execute();
    await manager.query(`UPDATE checkpoint SET position = $1, chain = $2 WHERE consumer = 'query'`, [last, chain]);
  };

  return {
    project: async (lane, events) => {
      await source.query(
        `INSERT INTO checkpoint (consumer, lane, lane_id, position, chain) VALUES ('query', $1, $2, 0, $3)`,
        [lane.stream, lane.laneId, lane.start],
      );
      const { name } = await lane.manager.consumers.add(lane.stream, { ack_policy: AckPolicy.None });
      const consumer = await jetstream(lane.nats).consumers.get(lane.stream, name);
      let chain: Uint8Array = lane.start;
      for (let position = 0; position < events;) {
        const bars: Recorded<BarClosed>[] = [];
        for await (const { seq, subject, headers, data } of await consumer.fetch({
          max_messages: BATCH,
          expires: 1_000,
        })) {
          position += 1;
          chain = chainNext(chain, subject, data);
          if (seq !== position || headers?.get('Tocsin-Chain') !== Buffer.from(chain).toString('hex'))
            throw new WrongResult(`position ${position} does not follow the chain`);
          const event = decodeEvent(data, { lane: 'LOG_INGESTION', position });
          if (event.type === 'BarClosed') bars.push(event);
          if (position === events) break;
        }
        await source.transaction((manager) => write(manager, bars, position, chain));
      }
      await lane.manager.consumers.delete(lane.stream, name);
    },
    close: () => source.destroy(),
  };
}

function rowOf({ data, time, position }: Recorded<BarClosed>) {
  const { pair, openAt, closeAt, symbol, timeframe, provider, simulated } = data;
  const { open, high, low, close, volume, volumeKind, revision, backfill } = data;
  return {
    ...{ pair, openAt, closeAt, symbol, timeframe, provider, simulated, open, high, low, close },
    ...{ volume, volumeKind, revision, backfill, heardAt: time, position },
  };
}
