import { Injectable } from '@nestjs/common';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import { asOf, type Answer } from './answer.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql, type SqlPiece } from './sql.ts';

/** The window of the figures called `…_5m`: open at its beginning, closed at its end, in event time. */
const WINDOW_MS = 300_000;

/**
 * One statement, so that all figures are of one snapshot. The median of an even number is the mean of the middle two
 * (`percentile_cont`), and null of none. Where a provider counts its requests, they are what it says; otherwise they are
 * what the log knows of.
 */
const statusAt = (now: Instant, uptimeS: number): SqlPiece => sql`
  WITH ended AS MATERIALIZED (
    SELECT pair, status, latency_ms, position FROM analysis
    WHERE ended_at > ${plusMs(now, -WINDOW_MS)}::timestamptz AND ended_at <= ${now}::timestamptz
      AND status IN ('COMPLETE', 'FAILED')
  ), rollup_5m AS (
    SELECT pair, count(*) FILTER (WHERE status = 'COMPLETE') AS ok, count(*) FILTER (WHERE status = 'FAILED') AS fail,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) AS median_ms
    FROM ended GROUP BY GROUPING SETS ((pair), ())
  ), got AS (
    SELECT provider, count(*) AS bars FROM bar
    WHERE NOT backfill AND heard_at > ${plusMs(now, -WINDOW_MS)}::timestamptz AND heard_at <= ${now}::timestamptz
    GROUP BY provider
  ), failed AS (
    SELECT provider, count(*) AS attempts FROM failed_attempt
    WHERE heard_at > ${plusMs(now, -WINDOW_MS)}::timestamptz AND heard_at <= ${now}::timestamptz
    GROUP BY provider
  ), used AS (
    SELECT provider, sum(requests) AS requests, sum(errors) AS errors FROM provider_usage
    WHERE metered_at > ${plusMs(now, -WINDOW_MS)}::timestamptz AND metered_at <= ${now}::timestamptz
    GROUP BY provider
  ), provider_of_feeds AS (
    SELECT DISTINCT source->>'provider' AS name
    FROM pair_status, jsonb_array_elements(sources) source WHERE removed_at IS NULL
  ), provider_status AS (
    SELECT name, floor(extract(epoch FROM ${now}::timestamptz - v.key_since) / 86400)::int AS key_age_days,
           v.breaker, v.quota_left,
           CASE WHEN v.metered_at IS NULL THEN coalesce(got.bars, 0) + coalesce(failed.attempts, 0)
                ELSE coalesce(used.requests, 0) END AS requests_5m,
           CASE WHEN v.metered_at IS NULL THEN coalesce(failed.attempts, 0)
                ELSE coalesce(used.errors, 0) END AS errors_5m
    FROM provider_of_feeds
    LEFT JOIN provider v USING (name)
    LEFT JOIN got ON got.provider = name LEFT JOIN failed ON failed.provider = name
    LEFT JOIN used ON used.provider = name
  ), pair AS (
    SELECT p.symbol, p.timeframe, rfc3339(p.last_bar_open_at) AS last_bar_ts,
           extract(epoch FROM ${now}::timestamptz - p.last_bar_close_at)::float8 AS lag_s,
           p.colour AS freshness, p.ratio, rfc3339(p.evaluated_at) AS evaluated_at, p.market_state, p.schedulable,
           p.ingested_ok, p.ingested_fail,
           coalesce(k.ok, 0) AS analyses_ok_5m, coalesce(k.fail, 0) AS analyses_fail_5m, k.median_ms AS median_latency_ms,
           p.escalation_level, p.breaker_open, p.stale, p.provider, p.simulated, p.fallback_active
    FROM pair_overview p LEFT JOIN rollup_5m k ON k.pair = p.pair
  )
  SELECT json_build_object(
           'uptime_s', ${uptimeS}::int,
           'latency_ms', (SELECT latency_ms FROM analysis WHERE status = 'COMPLETE' ORDER BY ended_at DESC, position DESC LIMIT 1),
           'median_processing_ms', whole.median_ms,
           'fail_rate_5m', whole.fail::float8 / nullif(whole.ok + whole.fail, 0),
           'providers', coalesce((SELECT json_agg(row_to_json(v) ORDER BY v.name) FROM provider_status v), '[]'),
           'pairs', coalesce((SELECT json_agg(row_to_json(v) ORDER BY v.symbol, v.timeframe) FROM pair v), '[]'))::text AS body,
         ${positionsOf([LANES.ingestion, LANES.analysis, LANES.escalation])} AS positions
  FROM (SELECT * FROM rollup_5m WHERE pair IS NULL) whole`;

/** How the feeds and their analyses are doing now. */
@Injectable()
export class Status {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  async now(): Promise<Answer> {
    const now = this.time.now();
    const statement = statusAt(now, Math.floor(process.uptime()));
    const { body, positions } = await this.readSide.row<{ body: string; positions: Positions }>(statement);
    return { body: asOf(now, body), positions, keeping: 'revalidate', changesWithTime: now };
  }
}
