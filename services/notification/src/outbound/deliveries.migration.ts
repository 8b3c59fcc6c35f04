import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Letters about several things, dead letters that can be redriven, and what a late letter is measured by. */
export class Deliveries1700000004010 implements MigrationInterface {
  readonly name = 'Deliveries1700000004010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE delivery_work
        ADD COLUMN scopes     text[],
        ADD COLUMN is_dead    boolean NOT NULL DEFAULT false,
        ADD COLUMN redrives   integer NOT NULL DEFAULT 0,
        ADD COLUMN queued_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
        ADD COLUMN taken_over boolean NOT NULL DEFAULT false,
        ADD COLUMN is_apart   boolean NOT NULL DEFAULT false,
        ADD COLUMN is_forced  boolean NOT NULL DEFAULT false`);
    await runner.query(`UPDATE delivery_work SET scopes = ARRAY[scope]`);
    await runner.query(`DROP INDEX delivery_work_order`);
    await runner.query(`ALTER TABLE delivery_work ALTER COLUMN scopes SET NOT NULL, DROP COLUMN scope`);
    await runner.query(`CREATE INDEX delivery_work_order ON delivery_work (channel_id, place) WHERE NOT is_dead`);
    await runner.query(`COMMENT ON COLUMN delivery_work.scopes IS 'Everything that the letter is about.'`);
    await runner.query(`COMMENT ON COLUMN delivery_work.is_dead IS 'Given up; it waits for a person to redrive it.'`);
    await runner.query(
      `COMMENT ON COLUMN delivery_work.redrives IS 'How often it was redriven; each time it has all its patience again.'`,
    );
    await runner.query(`COMMENT ON COLUMN delivery_work.queued_at IS 'When it came on the list, on the wall clock.'`);
    await runner.query(
      `COMMENT ON COLUMN delivery_work.taken_over IS 'Whether another channel was asked, or there was none to ask.'`,
    );
    await runner.query(
      `COMMENT ON COLUMN delivery_work.is_forced IS 'Somebody insists that it is sent, whatever has become of its episode.'`,
    );
    await runner.query(`COMMENT ON COLUMN delivery_work.is_apart IS 'Waits for a digest; nothing waits for it.'`);

    await runner.query(`
      CREATE TABLE delivery_trail (
        notification_id  text PRIMARY KEY,
        place            bigint GENERATED ALWAYS AS IDENTITY,
        channel_id       text NOT NULL,
        kind             text NOT NULL,
        episodes         text[] NOT NULL,
        takes_over_from  text,
        status           text NOT NULL,
        receipt          text,
        may_have_arrived boolean NOT NULL,
        at               timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX delivery_trail_episodes ON delivery_trail USING gin (episodes)`);
    await runner.query(`COMMENT ON TABLE delivery_trail IS 'Which channel was told of which episode.'`);

    await runner.query(`
      CREATE TABLE episode_standing (
        episode_id         text PRIMARY KEY,
        is_over            boolean NOT NULL,
        acknowledged_until timestamptz
      )`);
    await runner.query(`
      CREATE TABLE channel_record (
        channel_id text PRIMARY KEY,
        is_failing boolean NOT NULL,
        is_gone    boolean NOT NULL
      )`);
    await runner.query(
      `COMMENT ON COLUMN channel_record.is_failing IS 'Whether the newest delivery that came to an end was given up.'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE channel_record`);
    await runner.query(`DROP TABLE episode_standing`);
    await runner.query(`DROP TABLE delivery_trail`);
    await runner.query(`DELETE FROM delivery_work WHERE is_dead`);
    await runner.query(`DROP INDEX delivery_work_order`);
    await runner.query(`ALTER TABLE delivery_work ADD COLUMN scope text`);
    await runner.query(`UPDATE delivery_work SET scope = scopes[1]`);
    await runner.query(`
      ALTER TABLE delivery_work
        ALTER COLUMN scope SET NOT NULL,
        DROP COLUMN scopes, DROP COLUMN is_dead, DROP COLUMN redrives, DROP COLUMN queued_at, DROP COLUMN taken_over,
        DROP COLUMN is_apart, DROP COLUMN is_forced`);
    await runner.query(`CREATE INDEX delivery_work_order ON delivery_work (channel_id, scope, place)`);
  }
}
