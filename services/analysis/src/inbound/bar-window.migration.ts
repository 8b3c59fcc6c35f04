import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The bars that analyses read: one row per bar, and per pair the stamp of whoever wrote last. */
export class BarWindow1700000001001 implements MigrationInterface {
  readonly name = 'BarWindow1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bar_window (
        pair text NOT NULL,
        open_at timestamptz NOT NULL,
        open double precision NOT NULL,
        high double precision NOT NULL,
        low double precision NOT NULL,
        close double precision NOT NULL,
        volume double precision NOT NULL,
        volume_kind text NOT NULL,
        PRIMARY KEY (pair, open_at)
      )`);
    await runner.query('CREATE TABLE bar_window_stamp (pair text PRIMARY KEY, stamp uuid NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE bar_window_stamp');
    await runner.query('DROP TABLE bar_window');
  }
}
