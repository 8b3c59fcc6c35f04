import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetLane } from './forget-lane.ts';

/**
 * Channels that people set up, and what the ledger knows of a message beside its outcome. Notification's lane is heard
 * anew from its beginning, as in migration 3.
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

const FORGET_LANES = forgetLane('notification', 'delivery');

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

  `ALTER TABLE delivery ADD intent_id text NOT NULL`,
  `CREATE INDEX delivery_of_intent ON delivery (intent_id)`,
];

const BACK = [`DROP TABLE channel`, `ALTER TABLE delivery DROP intent_id`];
