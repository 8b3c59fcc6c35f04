import { assert } from '@tocsin/domain-kit';
import type { Sql } from '../postgres/sql.ts';

/** The lane's row: what was given, and what the log is known to hold. */
export type LaneRow = {
  readonly name: string;
  readonly lane_id: string;
  readonly position: number;
  readonly chain: Buffer;
  readonly last_event_id: string | null;
  readonly published: number;
};

export async function readLane(sql: Sql, lane: string): Promise<LaneRow> {
  const { rows } = await sql.query<LaneRow>(
    'SELECT name, lane_id, position, chain, last_event_id, published FROM lane WHERE name = $1',
    [lane],
  );
  const [row] = rows;
  assert(row !== undefined, `the set-up made the row of lane ${lane}`);
  return row;
}

/** Records up to where the log holds everything; only for the process that was last given the lane. */
export async function writeMark(sql: Sql, lane: string, boot: string, position: number): Promise<void> {
  await sql.query('UPDATE lane SET published = $2 WHERE name = $1 AND boot = $3', [lane, position, boot]);
}
