import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetLane } from './forget-lane.ts';

/**
 * Feeds have sources and providers a state of their own. The tables of ingestion's lane are folded differently than
 * before, so they are emptied and the lane is forgotten: the service hears it again from its beginning, which the log
 * keeps. What is asked meanwhile is answered from what is folded by then, and `/readyz` says so.
 */
export class ProvidersAndFeeds1700000001002 implements MigrationInterface {
  readonly name = 'ProvidersAndFeeds1700000001002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANE, ...FORWARD]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANE, ...BACK]) await runner.query(statement);
  }
}

const FORGET_LANE = forgetLane('ingestion', 'bar', 'pair_status', 'failed_attempt');

/** Two lanes have no common order, so what is said about a pair on both is joined when it is read. */
const overview = (more: { readonly columns: string; readonly joins: string }) => `CREATE VIEW pair_overview AS
     SELECT p.*, coalesce(e.level, 'INFO') AS escalation_level${more.columns}
     FROM pair_status p
     LEFT JOIN LATERAL (
       SELECT level FROM episode WHERE scope = 'pair-' || p.pair ORDER BY opened_at DESC, episode_id DESC LIMIT 1
     ) e ON true${more.joins}`;

/** A provider may be left alone for one pair, or for all of them. */
const BREAKER_OPEN = `(p.breaker = 'open' OR v.breaker IS NOT DISTINCT FROM 'open')`;

const FORWARD = [
  `DROP VIEW pair_overview`,
  `ALTER TABLE pair_status
     ADD fallback_active boolean NOT NULL,
     ADD breaker text NOT NULL,
     ADD sources jsonb NOT NULL,
     ADD calendar_id text NOT NULL,
     ADD calendar_version text NOT NULL,
     ADD volume_kind text NOT NULL,
     ADD feed_latency_ms integer NOT NULL,
     ADD origin text,
     ADD added_at timestamptz NOT NULL,
     ADD removed_at timestamptz,
     ADD gaps jsonb NOT NULL`,
  `CREATE INDEX pair_status_added ON pair_status (added_at, pair) WHERE removed_at IS NULL`,
  `CREATE INDEX pair_status_symbol ON pair_status (symbol, timeframe)`,

  `CREATE TABLE provider (
     name text PRIMARY KEY,
     breaker text NOT NULL,
     probes_at timestamptz,
     outage_since timestamptz,
     key_since timestamptz,
     quota_left bigint,
     metered_at timestamptz)`,
  `CREATE TABLE provider_usage (
     event_id text PRIMARY KEY,
     provider text NOT NULL,
     requests integer NOT NULL,
     errors integer NOT NULL,
     from_at timestamptz NOT NULL,
     metered_at timestamptz NOT NULL)`,
  `CREATE INDEX provider_usage_metered ON provider_usage (metered_at)`,

  overview({
    columns: `,
            ${BREAKER_OPEN} AS breaker_open,
            p.colour IS NULL OR p.colour = 'RED' OR ${BREAKER_OPEN} AS stale,
            CASE WHEN p.paused_at IS NULL THEN 'active' ELSE 'paused' END AS status`,
    joins: `
     LEFT JOIN provider v ON v.name = p.provider
     WHERE p.removed_at IS NULL`,
  }),
];

const BACK = [
  `DROP VIEW pair_overview`,
  `DROP TABLE provider_usage, provider`,
  `DROP INDEX pair_status_symbol`,
  `ALTER TABLE pair_status
     DROP fallback_active, DROP breaker, DROP sources, DROP calendar_id, DROP calendar_version, DROP volume_kind,
     DROP feed_latency_ms, DROP origin, DROP added_at, DROP removed_at, DROP gaps`,
  overview({ columns: '', joins: '' }),
];
