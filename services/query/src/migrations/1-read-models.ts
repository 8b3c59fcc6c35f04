import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the read models, and the indexes that the API reads them by. */
export class ReadModels1700000001001 implements MigrationInterface {
  readonly name = 'ReadModels1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW pair_overview');
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP FUNCTION rfc3339(timestamptz)');
  }
}

const TABLES = [
  'delivery',
  'scope_tally',
  'episode_timeline',
  'episode',
  'signal_board',
  'analysis',
  'failed_attempt',
  'pair_status',
  'bar',
];

const STATEMENTS = [
  // A moment as it is answered. Stable, as to_char is, so that the planner can inline it.
  `CREATE FUNCTION rfc3339(moment timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
     RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,

  `CREATE TABLE bar (
     pair text NOT NULL,
     open_at timestamptz NOT NULL,
     close_at timestamptz NOT NULL,
     symbol text NOT NULL,
     timeframe text NOT NULL,
     provider text NOT NULL,
     simulated boolean NOT NULL,
     open numeric NOT NULL,
     high numeric NOT NULL,
     low numeric NOT NULL,
     close numeric NOT NULL,
     volume double precision NOT NULL,
     volume_kind text NOT NULL,
     revision integer NOT NULL,
     backfill boolean NOT NULL,
     heard_at timestamptz NOT NULL,
     position bigint NOT NULL,
     PRIMARY KEY (pair, open_at))`,
  `CREATE INDEX bar_heard ON bar (heard_at) WHERE NOT backfill`,

  `CREATE TABLE pair_status (
     pair text PRIMARY KEY,
     symbol text NOT NULL,
     timeframe text NOT NULL,
     provider text NOT NULL,
     simulated boolean NOT NULL,
     paused_at timestamptz,
     last_bar_open_at timestamptz,
     last_bar_close_at timestamptz,
     colour text,
     ratio double precision,
     evaluated_at timestamptz,
     market_state text,
     schedulable boolean NOT NULL,
     ingested_ok integer NOT NULL,
     ingested_fail integer NOT NULL,
     missed_in_a_row integer NOT NULL)`,

  `CREATE TABLE failed_attempt (
     event_id text PRIMARY KEY,
     pair text NOT NULL,
     provider text NOT NULL,
     bar_close_at timestamptz NOT NULL,
     attempt integer NOT NULL,
     exhausted boolean NOT NULL,
     error_code text NOT NULL,
     failure_source text NOT NULL,
     heard_at timestamptz NOT NULL)`,
  `CREATE INDEX failed_attempt_heard ON failed_attempt (heard_at)`,

  `CREATE TABLE analysis (
     run_id text PRIMARY KEY,
     pair text NOT NULL,
     symbol text NOT NULL,
     timeframe text NOT NULL,
     bar_open_at timestamptz NOT NULL,
     bar_close_at timestamptz NOT NULL,
     status text NOT NULL,
     final_decision text,
     bias text,
     signal text,
     rule_score double precision,
     rule_parts jsonb,
     ml_confidence double precision,
     ml_missing boolean,
     ml_weight double precision,
     composite_score double precision,
     confidence_raw double precision,
     confidence double precision,
     adjustments jsonb NOT NULL,
     top_features jsonb NOT NULL,
     red_flags jsonb NOT NULL,
     close numeric,
     stop_loss numeric,
     take_profit numeric,
     phase text,
     regime text,
     error_code text,
     error_message text,
     failure_source text,
     skip_reason text,
     freshness jsonb,
     degraded boolean,
     provider text,
     simulated boolean,
     rules_version text,
     model_version text,
     bar_recorded_at timestamptz,
     started_at timestamptz,
     finished_at timestamptz,
     ended_at timestamptz,
     latency_ms bigint,
     position bigint NOT NULL,
     log jsonb NOT NULL)`,
  `CREATE INDEX analysis_history ON analysis (symbol, timeframe, bar_open_at, run_id)`,
  `CREATE INDEX analysis_ended ON analysis (ended_at)`,

  `CREATE TABLE signal_board (
     pair text PRIMARY KEY,
     symbol text NOT NULL,
     timeframe text NOT NULL,
     signal_id text NOT NULL,
     run_id text NOT NULL,
     bar_open_at timestamptz NOT NULL,
     signal text NOT NULL,
     confidence double precision NOT NULL,
     confidence_raw double precision NOT NULL,
     composite_score double precision NOT NULL,
     stop_loss numeric,
     take_profit numeric,
     provider text NOT NULL,
     simulated boolean NOT NULL,
     analyzed_at timestamptz NOT NULL,
     position bigint NOT NULL,
     emitted integer NOT NULL)`,

  `CREATE TABLE episode (
     episode_id text PRIMARY KEY,
     scope text NOT NULL,
     scope_kind text NOT NULL,
     status text NOT NULL,
     level text NOT NULL,
     peak text NOT NULL,
     cause text NOT NULL,
     cause_event_ids jsonb NOT NULL,
     reopen_of text,
     opened_at timestamptz NOT NULL,
     changed_at timestamptz NOT NULL,
     cleared_at timestamptz,
     duration_ms bigint,
     acknowledged_by text,
     acknowledged_because text,
     acknowledged_until timestamptz,
     pair text,
     symbol text,
     timeframe text,
     provider text,
     service text,
     simulated boolean NOT NULL,
     position bigint NOT NULL)`,
  `CREATE INDEX episode_newest ON episode (opened_at, episode_id)`,
  `CREATE INDEX episode_of_scope ON episode (scope, opened_at, episode_id)`,

  `CREATE TABLE episode_timeline (
     position bigint PRIMARY KEY,
     episode_id text NOT NULL,
     scope text NOT NULL,
     event_id text NOT NULL,
     event text NOT NULL,
     at timestamptz NOT NULL,
     level text,
     actor text,
     because text)`,
  `CREATE INDEX episode_timeline_of_episode ON episode_timeline (episode_id, position)`,

  `CREATE TABLE scope_tally (
     scope text PRIMARY KEY,
     verdict text NOT NULL,
     bar_close_at timestamptz NOT NULL,
     consecutive_failures integer NOT NULL,
     amber integer NOT NULL,
     red integer NOT NULL,
     good integer NOT NULL,
     counted_at timestamptz NOT NULL)`,

  `CREATE TABLE delivery (
     notification_id text PRIMARY KEY,
     channel_id text NOT NULL,
     channel_kind text NOT NULL,
     kind text NOT NULL,
     scope text NOT NULL,
     episode_id text NOT NULL,
     level text NOT NULL,
     repeat_index integer NOT NULL,
     title text NOT NULL,
     text text NOT NULL,
     facts jsonb NOT NULL,
     simulated boolean NOT NULL,
     status text NOT NULL,
     attempts integer NOT NULL,
     possible_repeat boolean NOT NULL,
     receipt text,
     error_code text,
     error_message text,
     retry_at timestamptz,
     intended_at timestamptz NOT NULL,
     ended_at timestamptz,
     position bigint NOT NULL)`,
  `CREATE INDEX delivery_newest ON delivery (intended_at, notification_id)`,
  `CREATE INDEX delivery_of_episode ON delivery (episode_id, intended_at, notification_id)`,

  // Two lanes have no common order, so what is said about a pair on both is joined when it is read.
  `CREATE VIEW pair_overview AS
     SELECT p.*, coalesce(e.level, 'INFO') AS escalation_level
     FROM pair_status p
     LEFT JOIN LATERAL (
       SELECT level FROM episode WHERE scope = 'pair-' || p.pair ORDER BY opened_at DESC, episode_id DESC LIMIT 1
     ) e ON true`,
];
