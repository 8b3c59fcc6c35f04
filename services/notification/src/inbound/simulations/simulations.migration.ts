import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Questions about other policies that wait for their answer; empty most of the time. */
export class Simulations1700000004011 implements MigrationInterface {
  readonly name = 'Simulations1700000004011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE open_question (
        simulation_id  text PRIMARY KEY,
        place          bigint GENERATED ALWAYS AS IDENTITY,
        asked          jsonb NOT NULL,
        event_id       text NOT NULL,
        correlation_id text NOT NULL
      )`);
    await runner.query(`COMMENT ON COLUMN open_question.place IS 'The order in which they were asked.'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE open_question');
  }
}
