import { Injectable } from '@nestjs/common';
import { asOf, type Answer } from './answer.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

/** What to do, by pair. */
@Injectable()
export class Signals {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The newest signal of every pair, and how many it has had. */
  async board(): Promise<Answer> {
    const now = this.time.now();
    const { items, positions } = await this.readSide.row<{ items: string; positions: Positions }>(sql`
      SELECT coalesce(json_agg(row_to_json(item) ORDER BY item.symbol, item.timeframe), '[]')::text AS items,
             ${positionsOf([LANES.analysis])} AS positions
      FROM (
        SELECT symbol, timeframe, signal, confidence, confidence_raw, composite_score,
               stop_loss::text, take_profit::text, rfc3339(bar_open_at) AS bar_ts, rfc3339(analyzed_at) AS analyzed_at,
               run_id AS analysis_id, emitted, provider, simulated,
               json_build_object('log_position', ${LANES.analysis}::text || ':' || position) AS provenance
        FROM signal_board
      ) item`);
    return { body: asOf(now, `{"items":${items}}`), positions, keeping: 'revalidate' };
  }
}
