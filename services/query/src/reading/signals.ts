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

  /** The newest signal of every pair, and how many it has had. A run tells what its signal leaves unsaid. */
  async board(): Promise<Answer> {
    const now = this.time.now();
    const { items, positions } = await this.readSide.row<{ items: string; positions: Positions }>(sql`
      SELECT coalesce(json_agg(row_to_json(item) ORDER BY item.symbol, item.timeframe), '[]')::text AS items,
             ${positionsOf([LANES.ingestion, LANES.analysis])} AS positions
      FROM (
        SELECT b.symbol, b.timeframe, b.signal, b.confidence, b.confidence_raw, b.confidence_percent, b.adjustments,
               b.composite_score, b.risk_score, b.risk_level, coalesce(b.degraded, a.degraded) AS degraded,
               b.hidden_hand_warning, b.phase_signal_conflict, coalesce(b.phase, a.phase) AS phase,
               b.stop_loss::text, b.take_profit::text, rfc3339(b.bar_open_at) AS bar_ts,
               rfc3339(b.analyzed_at) AS analyzed_at, b.said_by, b.run_id AS analysis_id, b.task_id, b.agent_id,
               b.emitted, b.stale, coalesce(b.provider, p.provider) AS provider,
               coalesce(b.simulated, p.simulated) AS simulated,
               json_build_object('rules_version', b.rules_version, 'model_version', b.model_version,
                                 'log_position', ${LANES.analysis}::text || ':' || b.position) AS provenance
        FROM signal_board b
        LEFT JOIN analysis a ON a.run_id = b.run_id
        LEFT JOIN pair_status p ON p.pair = b.pair
      ) item`);
    return { body: asOf(now, `{"items":${items}}`), positions, keeping: 'revalidate' };
  }
}
