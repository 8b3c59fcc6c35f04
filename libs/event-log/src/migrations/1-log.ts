import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables behind every service: its lane and journal, what it has heard, its entities and their deadlines. */
export class Log1700000000001 implements MigrationInterface {
  readonly name = 'Log1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'parked',
      'handled_command',
      'timer',
      'entity',
      'checkpoint',
      'consumer',
      'archived',
      'journal',
      'lane',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}

const STATEMENTS = [
  // The one lane that the service writes. `position` is the last one given; `published` the contiguous mark.
  `CREATE TABLE lane (
     name text PRIMARY KEY,
     lane_id uuid NOT NULL UNIQUE,
     position bigint NOT NULL DEFAULT 0,
     chain bytea NOT NULL,
     last_event_id uuid,
     published bigint NOT NULL DEFAULT 0,
     holder text, boot uuid, fence bigint NOT NULL DEFAULT 0, lease_until timestamptz)`,
  // Rows come unnumbered with the transaction that decided them; the relay numbers them after it committed.
  `CREATE TABLE journal (
     insert_id bigint GENERATED ALWAYS AS IDENTITY,
     inserted_at timestamptz NOT NULL DEFAULT now(),
     event_id uuid NOT NULL,
     subject text NOT NULL,
     traceparent text NOT NULL,
     body bytea NOT NULL,
     position bigint,
     chain bytea) PARTITION BY RANGE (inserted_at)`,
  `CREATE INDEX journal_unnumbered ON journal (insert_id) WHERE position IS NULL`,
  `CREATE INDEX journal_position ON journal (position) WHERE position IS NOT NULL`,
  // What left the journal: one verified file per partition.
  `CREATE TABLE archived (
     partition text PRIMARY KEY,
     file text NOT NULL,
     events bigint NOT NULL,
     first_position bigint NOT NULL, last_position bigint NOT NULL,
     first_chain bytea NOT NULL, last_chain bytea NOT NULL,
     archived_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE consumer (
     name text PRIMARY KEY,
     service_time timestamptz,
     holder text, boot uuid, fence bigint NOT NULL DEFAULT 0, lease_until timestamptz)`,
  `CREATE TABLE checkpoint (
     consumer text NOT NULL REFERENCES consumer,
     lane text NOT NULL,
     lane_id uuid,
     position bigint NOT NULL,
     chain bytea NOT NULL,
     heard_time timestamptz,
     PRIMARY KEY (consumer, lane))`,
  `CREATE TABLE entity (
     type text NOT NULL,
     key text NOT NULL,
     version bigint NOT NULL,
     state jsonb NOT NULL,
     PRIMARY KEY (type, key))`,
  `CREATE TABLE timer (
     type text NOT NULL,
     key text NOT NULL,
     name text NOT NULL,
     due_at timestamptz NOT NULL,
     fired boolean NOT NULL DEFAULT false,
     PRIMARY KEY (type, key, name))`,
  `CREATE INDEX timer_due ON timer (due_at) WHERE NOT fired`,
  `CREATE TABLE handled_command (
     id text PRIMARY KEY,
     sequence bigint NOT NULL,
     handled_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE INDEX handled_command_sequence ON handled_command (sequence DESC)`,
  // One row per message and key that could not be applied, in the order in which they came.
  `CREATE TABLE parked (
     parked_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     park_key text NOT NULL,
     lane text NOT NULL,
     position bigint NOT NULL,
     subject text NOT NULL,
     body bytea NOT NULL,
     because text NOT NULL,
     parked_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (park_key, lane, position))`,
];
