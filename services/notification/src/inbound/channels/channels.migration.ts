import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The channels that somebody made. */
export class KnownChannels1700000004003 implements MigrationInterface {
  readonly name = 'KnownChannels1700000004003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE known_channel (
        channel_id text PRIMARY KEY,
        tenant     text NOT NULL,
        version    integer NOT NULL,
        settings   jsonb NOT NULL
      )`);
    await runner.query(`COMMENT ON COLUMN known_channel.settings IS 'Secrets are named and never held.'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_channel');
  }
}
