import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { sql, type SqlPiece } from './sql.ts';

/** How far each lane is applied: the stream's name to the last position. */
export type Positions = Readonly<Record<string, number>>;

/** The lanes that read models are folded from. */
export const LANES = {
  ingestion: 'LOG_INGESTION',
  analysis: 'LOG_ANALYSIS',
  escalation: 'LOG_ESCALATION',
  notification: 'LOG_NOTIFICATION',
} as const;

export type Lane = (typeof LANES)[keyof typeof LANES];

const LOOK_AGAIN_AFTER_MS = 20;

/**
 * How far the lanes stand, as a piece of a statement: read in the same statement as the rows, so that an answer and the
 * position it names are of one snapshot.
 */
export const positionsOf = (lanes: readonly Lane[]): SqlPiece => sql`(
  SELECT json_object_agg(l.lane, coalesce(i.last, 0))
  FROM unnest(${lanes}::text[]) AS l(lane)
  LEFT JOIN LATERAL (
    SELECT position + count - 1 AS last FROM log_index WHERE lane = l.lane ORDER BY position DESC LIMIT 1
  ) i ON true)`;

/** The tables of the read models, for reading. */
@Injectable()
export class ReadSide {
  constructor(private readonly source: DataSource) {}

  /** Runs a statement and returns its rows. */
  async rows<Row extends object>(statement: SqlPiece): Promise<readonly Row[]> {
    const { text, values } = statement.render();
    return await this.source.query<Row[]>(text, [...values]);
  }

  /** Runs a statement that has exactly one row. */
  async row<Row extends object>(statement: SqlPiece): Promise<Row> {
    const [row] = await this.rows<Row>(statement);
    if (!row) throw new Error('a statement that always has a row had none');
    return row;
  }

  /** Waits until `position` of a lane is applied, at most `timeoutMs`. Returns whether it is. */
  async reaches({ lane, position }: { lane: string; position: number }, timeoutMs: number): Promise<boolean> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const [last] = await this.rows<{ reached: boolean }>(sql`
        SELECT position + count - 1 >= ${position}::bigint AS reached
        FROM log_index WHERE lane = ${lane} ORDER BY position DESC LIMIT 1`);
      if (last?.reached) return true;
      if (performance.now() >= until) return false;
      await sleep(LOOK_AGAIN_AFTER_MS);
    }
  }
}
