import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the runner keeps beside the read models: which of them fold what, and the order in which facts were applied. */
export class ReadSide1700000000002 implements MigrationInterface {
  readonly name = 'ReadSide1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['log_index', 'log_head', 'projection']) await runner.query(`DROP TABLE ${table}`);
  }
}

const STATEMENTS = [
  `CREATE TABLE projection (
     name text PRIMARY KEY,
     lane text NOT NULL,
     version integer NOT NULL,
     since timestamptz NOT NULL DEFAULT now())`,
  // An epoch ends with the database: numbers of another one mean nothing here.
  `CREATE TABLE log_head (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     epoch uuid NOT NULL DEFAULT gen_random_uuid(),
     number bigint NOT NULL DEFAULT 0)`,
  `INSERT INTO log_head DEFAULT VALUES`,
  // One row per step: `count` facts from `number` on, which stand on the lane from `position` on.
  `CREATE TABLE log_index (
     number bigint PRIMARY KEY,
     lane text NOT NULL,
     position bigint NOT NULL,
     count integer NOT NULL CHECK (count > 0))`,
  `CREATE UNIQUE INDEX log_index_position ON log_index (lane, position)`,
];
