import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tenants have chosen: policies with all their versions, silences; and what speaks for strong signals. */
export class Choices1700000004004 implements MigrationInterface {
  readonly name = 'Choices1700000004004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE silence (silence_id text PRIMARY KEY, silence jsonb NOT NULL)');
    await runner.query('CREATE TABLE policy_version (key text PRIMARY KEY, version jsonb NOT NULL)');
    await runner.query('CREATE TABLE known_tenant (id text PRIMARY KEY, tenants jsonb NOT NULL)');
    await runner.query('CREATE TABLE signal_reason (pair text PRIMARY KEY, reason jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['signal_reason', 'known_tenant', 'policy_version', 'silence'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
