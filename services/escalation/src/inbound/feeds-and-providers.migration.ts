import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How pairs are watched, and what is wrong with providers. Lines from before were of feeds with one provider, of whose
 * breakers nothing had been said: as the default tells it.
 */
export class FeedsAndProviders1700000003002 implements MigrationInterface {
  readonly name = 'FeedsAndProviders1700000003002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE pair_line ADD watch jsonb NOT NULL
        DEFAULT '{"isWatched": true, "provider": null, "openBreakers": []}'`);
    await runner.query('CREATE TABLE provider_record (provider text PRIMARY KEY, record jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provider_record');
    await runner.query('ALTER TABLE pair_line DROP watch');
  }
}
