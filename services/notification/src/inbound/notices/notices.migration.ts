import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is to be told, one row for each open episode and each thing beside it that waits; and when groups were told. */
export class Notices1700000004002 implements MigrationInterface {
  readonly name = 'Notices1700000004002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notice_line (
        key        text PRIMARY KEY,
        notice     text NOT NULL,
        tenant     text NOT NULL,
        is_episode boolean NOT NULL,
        group_name text,
        due_at     timestamptz,
        held_by    text,
        holder     text,
        line       jsonb NOT NULL,
        CHECK ((group_name IS NULL) = (due_at IS NULL)),
        CHECK ((held_by IS NULL) = (holder IS NULL)),
        CHECK (group_name IS NULL OR holder IS NULL)
      )`);
    await runner.query(
      'CREATE INDEX notice_line_due ON notice_line (group_name, due_at, key) WHERE group_name IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX notice_line_held ON notice_line (tenant, held_by, holder) WHERE holder IS NOT NULL',
    );
    await runner.query('CREATE INDEX notice_line_standing ON notice_line (notice) WHERE is_episode');
    await runner.query(
      `COMMENT ON COLUMN notice_line.group_name IS 'With whom it is told; null while it waits for nothing or is held.'`,
    );
    await runner.query('CREATE TABLE told_group (group_name text PRIMARY KEY, told_at timestamptz NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE told_group');
    await runner.query('DROP TABLE notice_line');
  }
}
