import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The macro-economic series of each economy, as far back as they are read. */
export class Economy1700000001003 implements MigrationInterface {
  readonly name = 'Economy1700000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE economy (economy text PRIMARY KEY, lines json NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE economy');
  }
}
