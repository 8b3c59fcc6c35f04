import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetLane } from './forget-lane.ts';

/**
 * Channels, silences and policies, which people decide about, and tenants. The lanes of escalation and notification are
 * heard anew from their beginnings, as in migration 3.
 */
export class ChannelsAndSilences1700000001005 implements MigrationInterface {
  readonly name = 'ChannelsAndSilences1700000001005';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANES, ...FORWARD]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANES, ...BACK]) await runner.query(statement);
  }
}

const FORGET_LANES = [
  ...forgetLane('escalation', 'episode', 'episode_timeline', 'scope_tally'),
  ...forgetLane('notification', 'delivery'),
];

const FORWARD = [
  `CREATE TABLE channel (
     channel_id text PRIMARY KEY,
     tenant text NOT NULL,
     version integer NOT NULL,
     kind text NOT NULL,
     name text NOT NULL,
     enabled boolean NOT NULL,
     events jsonb NOT NULL,
     min_level text NOT NULL,
     success text NOT NULL,
     signals boolean NOT NULL,
     standby boolean NOT NULL,
     rate_messages integer NOT NULL,
     rate_per_ms integer NOT NULL,
     target jsonb NOT NULL,
     secrets jsonb NOT NULL,
     added_at timestamptz NOT NULL,
     changed_at timestamptz NOT NULL,
     changed_by text NOT NULL,
     position bigint NOT NULL)`,
  `CREATE INDEX channel_of_tenant ON channel (tenant, added_at, channel_id)`,

  `ALTER TABLE episode
     DROP pair, DROP symbol, DROP timeframe, DROP provider, DROP service,
     ADD resolved_by text,
     ADD tenant text NOT NULL,
     ADD subject jsonb NOT NULL,
     ADD labels jsonb NOT NULL,
     ADD freshness jsonb`,
  `CREATE INDEX episode_standing ON episode (opened_at, episode_id) WHERE status <> 'cleared'`,

  `CREATE TABLE silence (
     silence_id text PRIMARY KEY,
     tenant text NOT NULL,
     kind text NOT NULL,
     matchers jsonb NOT NULL,
     from_at timestamptz NOT NULL,
     until_at timestamptz NOT NULL,
     every text,
     zone text NOT NULL,
     comment text NOT NULL,
     created_by text NOT NULL,
     created_at timestamptz NOT NULL,
     expired_by text,
     expired_at timestamptz,
     position bigint NOT NULL)`,
  `CREATE INDEX silence_of_tenant ON silence (tenant, created_at, silence_id)`,

  `CREATE TABLE policy (
     version_id text PRIMARY KEY,
     tenant text NOT NULL,
     kind text NOT NULL,
     version integer NOT NULL,
     document jsonb NOT NULL,
     changed_by text NOT NULL,
     reason text NOT NULL,
     changed_at timestamptz NOT NULL,
     position bigint NOT NULL)`,
  `CREATE UNIQUE INDEX policy_versions ON policy (tenant, kind, version)`,

  `ALTER TABLE delivery
     ADD intent_id text NOT NULL,
     ADD tenant text NOT NULL,
     ADD members jsonb NOT NULL,
     ADD why jsonb NOT NULL,
     ADD link text,
     ADD takes_over_from text,
     ADD gathered_into text,
     ADD withdrawn_because text,
     ADD redriven_by text`,
  `CREATE INDEX delivery_of_intent ON delivery (intent_id)`,
  `CREATE INDEX delivery_of_members ON delivery USING gin (members jsonb_path_ops)`,
  `CREATE INDEX delivery_dead ON delivery (ended_at, notification_id) WHERE status = 'dead-lettered'`,

  `CREATE TABLE notice (
     notice_id text PRIMARY KEY,
     tenant text NOT NULL,
     scope text NOT NULL,
     episode_id text NOT NULL,
     kind text NOT NULL,
     level text NOT NULL,
     repeat_index integer NOT NULL,
     status text NOT NULL,
     title text,
     due_at timestamptz,
     held_by text,
     holder text,
     held_until timestamptz,
     kept_because text,
     channels jsonb NOT NULL,
     next_at timestamptz,
     first_at timestamptz NOT NULL,
     changed_at timestamptz NOT NULL,
     position bigint NOT NULL)`,
  `CREATE INDEX notice_of_tenant ON notice (tenant, first_at, notice_id)`,
  `CREATE INDEX notice_held ON notice (tenant, first_at, notice_id) WHERE status = 'held'`,

  `CREATE TABLE notice_timeline (
     position bigint PRIMARY KEY,
     tenant text NOT NULL,
     episode_id text NOT NULL,
     event_id text NOT NULL,
     event text NOT NULL,
     at timestamptz NOT NULL,
     level text,
     actor text,
     because text)`,
  `CREATE INDEX notice_timeline_of_episode ON notice_timeline (episode_id, position)`,

  `CREATE TABLE simulation (
     simulation_id text PRIMARY KEY,
     tenant text NOT NULL,
     status text NOT NULL,
     from_at timestamptz NOT NULL,
     to_at timestamptz NOT NULL,
     requested_at timestamptz NOT NULL,
     ended_at timestamptz,
     result jsonb,
     because text,
     position bigint NOT NULL)`,
];

const BACK = [
  `DROP TABLE channel, silence, policy, notice, notice_timeline, simulation`,
  `ALTER TABLE delivery
     DROP intent_id, DROP tenant, DROP members, DROP why, DROP link, DROP takes_over_from, DROP gathered_into,
     DROP withdrawn_because, DROP redriven_by`,
  `DROP INDEX delivery_dead`,
  `DROP INDEX episode_standing`,
  `ALTER TABLE episode
     ADD pair text, ADD symbol text, ADD timeframe text, ADD provider text, ADD service text,
     DROP resolved_by, DROP tenant, DROP subject, DROP labels, DROP freshness`,
];
