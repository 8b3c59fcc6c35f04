import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when what is known of letters and episodes is of no use any more: on the wall clock, where receivers live. */
export class TrailAge1700000004012 implements MigrationInterface {
  readonly name = 'TrailAge1700000004012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery_trail ADD COLUMN noted_at timestamptz NOT NULL DEFAULT clock_timestamp()');
    await runner.query('CREATE INDEX delivery_trail_noted ON delivery_trail (noted_at)');
    await runner.query('ALTER TABLE episode_standing ADD COLUMN ended_at timestamptz');
    await runner.query('UPDATE episode_standing SET ended_at = clock_timestamp() WHERE is_over');
    await runner.query('ALTER TABLE episode_standing ADD CHECK (is_over = (ended_at IS NOT NULL))');
    await runner.query('CREATE INDEX episode_standing_ended ON episode_standing (ended_at) WHERE is_over');
    await runner.query(`COMMENT ON COLUMN delivery_trail.noted_at IS 'When it was decided, on the wall clock.'`);
    await runner.query(`COMMENT ON COLUMN episode_standing.ended_at IS 'When its end was heard, on the wall clock.'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE episode_standing DROP COLUMN ended_at');
    await runner.query('ALTER TABLE delivery_trail DROP COLUMN noted_at');
  }
}
