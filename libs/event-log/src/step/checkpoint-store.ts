import { streamOf, type ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { chainStart } from '../lane/chain.ts';
import type { Sql } from '../postgres/sql.ts';

/** How far a consumer has heard a lane: the position, and the chain value that the log must carry there. */
export type Checkpoint = { readonly position: number; readonly chain: Buffer; readonly heardTime: Instant | null };

type Row = { lane: string; lane_id: string; position: number; chain: Buffer; heard_time: Instant | null };

/** The lanes that a consumer has heard before, by the identity that each then had. */
export async function knownLanes(
  sql: Sql,
  consumer: string,
  hears: readonly ServiceName[],
): Promise<Map<ServiceName, string>> {
  const { rows } = await sql.query<Row>('SELECT lane, lane_id FROM checkpoint WHERE consumer = $1', [consumer]);
  const idOf = new Map(rows.map(({ lane, lane_id }) => [lane, lane_id]));
  return new Map(
    hears.flatMap((service) => {
      const laneId = idOf.get(streamOf(service));
      return laneId === undefined ? [] : [[service, laneId] as const];
    }),
  );
}

/** Reads where a consumer stands on each lane; a lane that it never heard starts at its beginning. */
export async function openCheckpoints(
  sql: Sql,
  consumer: string,
  lanes: ReadonlyMap<ServiceName, string>,
): Promise<Map<ServiceName, Checkpoint>> {
  const checkpoints = new Map<ServiceName, Checkpoint>();
  for (const [service, laneId] of lanes) {
    await sql.query(
      `INSERT INTO checkpoint (consumer, lane, lane_id, position, chain) VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING`,
      [consumer, streamOf(service), laneId, chainStart(laneId)],
    );
    const { rows } = await sql.query<Row>(
      'SELECT position, chain, heard_time FROM checkpoint WHERE consumer = $1 AND lane = $2',
      [consumer, streamOf(service)],
    );
    for (const { position, chain, heard_time } of rows)
      checkpoints.set(service, { position, chain, heardTime: heard_time });
  }
  return checkpoints;
}

/** Moves a checkpoint from where it is believed to be. Returns false when it was not there: then nothing may commit. */
export async function moveCheckpoint(
  sql: Sql,
  consumer: string,
  service: ServiceName,
  from: Checkpoint,
  to: Checkpoint,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE checkpoint SET position = $4, chain = $5, heard_time = $6
     WHERE consumer = $1 AND lane = $2 AND position = $3`,
    [consumer, streamOf(service), from.position, to.position, to.chain, to.heardTime],
  );
  return rowCount === 1;
}
