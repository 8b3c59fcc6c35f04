import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was ever repaired on the service's lane, by whom and why. `ended_at` is empty while it lasts, and after it was
 * killed; `consumers` are those of others on the stream, which a new stream must get back.
 */
export class Repair1700000000003 implements MigrationInterface {
  readonly name = 'Repair1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE repair (
         repair_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         lane text NOT NULL,
         what text NOT NULL,
         found text NOT NULL,
         reason text,
         instance text NOT NULL,
         head bigint NOT NULL,
         consumers jsonb NOT NULL,
         begun_at timestamptz NOT NULL DEFAULT now(),
         ended_at timestamptz)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE repair');
  }
}
