import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The work list of the delivery worker. A row lives from intention to outcome, so the table stays small. */
export class DeliveryWork1700000004001 implements MigrationInterface {
  readonly name = 'DeliveryWork1700000004001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery_work (
        notification_id    text PRIMARY KEY,
        place              bigint GENERATED ALWAYS AS IDENTITY,
        channel_id         text NOT NULL,
        scope              text NOT NULL,
        level              text NOT NULL,
        letter             jsonb NOT NULL,
        event_id           text NOT NULL,
        correlation_id     text NOT NULL,
        due_at             timestamptz,
        is_possible_repeat boolean NOT NULL,
        attempts           integer NOT NULL DEFAULT 0,
        first_tried_at     timestamptz,
        started_at         timestamptz,
        lost_at            timestamptz,
        CHECK ((started_at IS NULL) = (lost_at IS NULL))
      )`);
    await runner.query(`CREATE INDEX delivery_work_order ON delivery_work (channel_id, scope, place)`);
    await runner.query(`COMMENT ON COLUMN delivery_work.place IS 'The order in which letters were decided.'`);
    await runner.query(
      `COMMENT ON COLUMN delivery_work.due_at IS 'Next attempt, on the wall clock; null for at once.'`,
    );
    await runner.query(
      `COMMENT ON COLUMN delivery_work.started_at IS 'Begin of the attempt in flight; null when there is none.'`,
    );
    await runner.query(
      `COMMENT ON COLUMN delivery_work.lost_at IS 'From then on the attempt in flight has no outcome any more.'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE delivery_work`);
  }
}
