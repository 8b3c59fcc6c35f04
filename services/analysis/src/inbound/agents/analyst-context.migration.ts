import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an analyst is shown besides the bars: the newest run of each pair, and the newest headlines. */
export class AnalystContext1700000001002 implements MigrationInterface {
  readonly name = 'AnalystContext1700000001002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE reviewed_run (pair text PRIMARY KEY, run jsonb NOT NULL)');
    await runner.query('CREATE TABLE newest_headlines (topic text PRIMARY KEY, headlines jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE newest_headlines');
    await runner.query('DROP TABLE reviewed_run');
  }
}
