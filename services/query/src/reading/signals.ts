import { Injectable } from '@nestjs/common';
import type { Pair } from '@tocsin/domain-kit';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type ScorecardAsked = Paging & { readonly pair?: Pair };

const SCORECARD = 'scorecard';

const TRADES = sql`FILTER (WHERE signal <> 'HOLD' AND outcome IS NOT NULL)`;
const HOLDS = sql`FILTER (WHERE signal = 'HOLD' AND outcome IS NOT NULL)`;

/**
 * Signals that can be compared: of one pair, said by one rule book and one model in one phase, and scored in one way. A
 * mean over made-up prices and real ones would mean nothing, and a HOLD has neither target nor risk.
 */
const SCORES = sql`(
  SELECT pair, symbol, timeframe, coalesce(rules_version, '-') AS rules, coalesce(model_version, '-') AS model, phase,
         simulated::text AS made_up, rules_version, model_version, simulated,
         count(*) FILTER (WHERE outcome IS NULL) AS pending, max(scored_at) AS scored_at,
         max(scoring_version) AS scoring_version,
         count(*) ${TRADES} AS trades, count(*) FILTER (WHERE outcome = 'target') AS target,
         count(*) FILTER (WHERE outcome = 'stop') AS stop, count(*) FILTER (WHERE outcome = 'neither') AS neither,
         avg(return_bps) ${TRADES} AS return_bps, avg(return_r) ${TRADES} AS return_r,
         count(return_r) ${TRADES} AS with_r, avg(brier_score) ${TRADES} AS trades_brier,
         count(*) ${HOLDS} AS holds, count(*) FILTER (WHERE outcome = 'held') AS held,
         avg(brier_score) ${HOLDS} AS holds_brier
  FROM signal_score GROUP BY pair, symbol, timeframe, rules_version, model_version, phase, simulated)`;

const FIELDS = sql`
  r.pair, r.symbol, r.timeframe, r.rules_version, r.model_version, r.phase, r.simulated, r.scoring_version, r.pending,
  json_build_object(
    'n', r.trades, 'target_first', r.target, 'stop_first', r.stop, 'neither', r.neither,
    'hit_rate', r.target::double precision / nullif(r.trades, 0), 'mean_return_bps', r.return_bps,
    'mean_r', r.return_r, 'n_r', r.with_r, 'brier_score', r.trades_brier) AS trades,
  json_build_object(
    'n', r.holds, 'held', r.held, 'hit_rate', r.held::double precision / nullif(r.holds, 0),
    'brier_score', r.holds_brier) AS holds,
  rfc3339(r.scored_at) AS scored_at`;

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
  /** Whether signals were any good, with how many say so. */
  async scorecard({ pair, ...paging }: ScorecardAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: SCORECARD,
        table: SCORES,
        fields: FIELDS,
        where: [pair === undefined ? undefined : sql`r.pair = ${pair}`],
        place: [sql`r.pair`, sql`r.rules`, sql`r.model`, sql`r.phase`, sql`r.made_up`].map((name) => ({
          name,
          type: 'text' as const,
        })),
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.analysis])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(SCORECARD, row)}}`), positions, keeping: 'revalidate' };
  }
}
