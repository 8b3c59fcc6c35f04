import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is wrong with the agents of a pool, one row per pool. */
export class Agents1700000003003 implements MigrationInterface {
  readonly name = 'Agents1700000003003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE pool_record (pool text PRIMARY KEY, record jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE pool_record');
  }
}
