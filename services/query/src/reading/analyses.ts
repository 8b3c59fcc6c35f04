import { Injectable } from '@nestjs/common';
import { epochMs, instant, timeframeMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { asOf, type Answer, type Keeping } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql, type SqlPiece } from './sql.ts';

export type LatestAsked = { readonly pair: string; readonly tf: Timeframe };
export type HistoryAsked = Paging & { readonly pair: string; readonly tf?: Timeframe; readonly status?: string };

/** An answer is never kept longer than this, however long the next bar takes. */
const KEEP_AT_MOST_S = 30;

const HISTORY = 'analysis-history';

/** One analysis as it is answered; `freshness` is told apart, because `latest` tells that of now. */
const fieldsWith = (freshness: SqlPiece): SqlPiece => sql`
  r.run_id AS id, r.symbol, r.timeframe, rfc3339(r.bar_open_at) AS bar_ts, r.status, r.final_decision, r.bias, r.signal,
  r.rule_score AS rule_confidence_score, r.rule_parts, r.ml_confidence, r.ml_missing, r.ml_weight, r.composite_score,
  r.confidence, r.confidence_raw, r.adjustments, r.top_features,
  CASE WHEN r.ml_confidence IS NOT NULL THEN 'margin' END AS explanation_space,
  r.explanation, r.phase, r.phase_evidence, r.regime, r.regime_evidence, r.hidden_hand_warning, r.phase_signal_conflict,
  r.close::text, r.stop_loss::text, r.take_profit::text, r.red_flags, r.error_code, r.error_message, r.skip_reason,
  rfc3339(r.started_at) AS started_at, rfc3339(r.finished_at) AS finished_at, r.latency_ms,
  ${freshness} AS freshness, r.degraded,
  json_build_object(
    'provider', r.provider, 'simulated', r.simulated, 'rules_version', r.rules_version,
    'model_version', r.model_version, 'log_position', ${LANES.analysis}::text || ':' || r.position) AS provenance`;

const FRESHNESS_THEN = sql`r.freshness`;

/** How fresh the pair is as of the newest judgement, which may be worse than when its last bar was analysed. */
const FRESHNESS_NOW = sql`(
  SELECT json_build_object('colour', s.colour, 'ratio', s.ratio, 'schedulable', s.schedulable,
                           'evaluated_at', rfc3339(s.evaluated_at), 'market_state', s.market_state)
  FROM pair_status s WHERE s.pair = r.pair)`;

/** What the analyses of pairs have come to. */
@Injectable()
export class Analyses {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The newest analysis of a pair; runs that were passed over are none. */
  async latest({ pair, tf }: LatestAsked): Promise<Answer> {
    type Latest = { known: boolean; item: string | null; closes: Instant | null; positions: Positions };
    const now = this.time.now();
    const { known, item, closes, positions } = await this.readSide.row<Latest>(sql`
      SELECT ${isKnown(pair, tf)} AS known, a.item, a.closes,
             ${positionsOf([LANES.ingestion, LANES.analysis])} AS positions
      FROM (VALUES (true)) AS always(here)
      LEFT JOIN LATERAL (
        SELECT (SELECT row_to_json(item)::text FROM (SELECT ${fieldsWith(FRESHNESS_NOW)}) AS item) AS item,
               rfc3339(r.bar_close_at) AS closes
        FROM analysis r
        WHERE r.symbol = ${pair} AND r.timeframe = ${tf} AND r.status <> 'SKIPPED'
        ORDER BY r.bar_open_at DESC, r.run_id DESC LIMIT 1
      ) a ON true`);
    if (!known) throw unknownPair(pair, tf);
    if (item === null || closes === null)
      throw new Problem('no-analysis', `${pair} at ${tf} has not been analysed yet.`);
    return { body: asOf(now, item), positions, keeping: this.#untilNextBar(now, closes, tf) };
  }

  /** The analyses of a symbol, newest first within each timeframe. */
  async history({ pair, tf, status, ...paging }: HistoryAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: HISTORY,
        table: sql`analysis`,
        fields: fieldsWith(FRESHNESS_THEN),
        where: [
          sql`r.symbol = ${pair}`,
          tf === undefined ? undefined : sql`r.timeframe = ${tf}`,
          status === undefined ? undefined : sql`r.status = ${status}`,
        ],
        place: [
          { name: sql`r.timeframe`, type: 'text' },
          { name: sql`r.bar_open_at`, type: 'timestamptz' },
          { name: sql`r.run_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { known, positions, ...row } = await this.readSide.row<
      PageRow & { known: boolean; positions: Positions }
    >(sql`
      SELECT page.*, ${isKnown(pair, tf)} AS known, ${positionsOf([LANES.analysis])} AS positions FROM (${page}) page`);
    if (!known) throw unknownPair(pair, tf);
    return { body: asOf(now, `{${pageFields(HISTORY, row)}}`), positions, keeping: 'revalidate' };
  }

  /** One run with its log. A run that has ended never changes again. */
  async one(runId: string): Promise<Answer> {
    const now = this.time.now();
    const [run] = await this.readSide.rows<{ item: string; ended: boolean; positions: Positions }>(sql`
      SELECT (SELECT row_to_json(item)::text FROM (SELECT ${fieldsWith(FRESHNESS_THEN)}, r.log) AS item) AS item,
             r.status <> 'PENDING' AS ended, ${positionsOf([LANES.analysis])} AS positions
      FROM analysis r WHERE r.run_id = ${runId}`);
    if (!run) throw new Problem('unknown-analysis', `No run has the id '${runId}'.`);
    return { body: asOf(now, run.item), positions: run.positions, keeping: run.ended ? 'for-good' : 'revalidate' };
  }

  /** A clock that is not the caller's says nothing about how long the caller may wait. */
  #untilNextBar(now: Instant, barCloseAt: Instant, timeframe: Timeframe): Keeping {
    if (!this.time.isWall) return 'revalidate';
    const nextCloseMs = epochMs(instant(barCloseAt)) + timeframeMs(timeframe);
    const seconds = Math.min(KEEP_AT_MOST_S, Math.floor((nextCloseMs - epochMs(now)) / 1_000));
    return seconds > 0 ? { seconds } : 'revalidate';
  }
}

const isKnown = (symbol: string, timeframe: Timeframe | undefined): SqlPiece => sql`
  EXISTS (SELECT FROM pair_status WHERE symbol = ${symbol}${timeframe === undefined ? sql`` : sql` AND timeframe = ${timeframe}`})`;

/** @throws nothing: returns the problem that no feed watches this. */
export const unknownPair = (symbol: string, timeframe: Timeframe | undefined): Problem =>
  new Problem('unknown-pair', `No feed watches ${symbol}${timeframe === undefined ? '' : ` at ${timeframe}`}.`, {
    errors: [{ pointer: '/query', detail: 'names no pair' }],
  });
