import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The bars that wait for each other, one row per pair; and what is known of services in trouble, one row per service. */
export class LocalModels1700000003001 implements MigrationInterface {
  readonly name = 'LocalModels1700000003001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE pair_line (pair text PRIMARY KEY, profile jsonb NOT NULL, queue jsonb NOT NULL, patience_ends_at timestamptz)',
    );
    await runner.query(
      'CREATE INDEX pair_line_patience ON pair_line (patience_ends_at) WHERE patience_ends_at IS NOT NULL',
    );
    await runner.query('CREATE TABLE service_record (service text PRIMARY KEY, record jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE service_record');
    await runner.query('DROP TABLE pair_line');
  }
}
