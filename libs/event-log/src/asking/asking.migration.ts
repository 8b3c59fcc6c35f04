import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a service keeps of the requests that it sends: each is written down before it is published. */
export class Asking1700000000003 implements MigrationInterface {
  readonly name = 'Asking1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE request');
  }
}

const STATEMENTS = [
  // `body` is what is published each time, byte for byte; `digest` tells whether one id is asked for two things.
  `CREATE TABLE request (
     id text PRIMARY KEY,
     service text NOT NULL,
     command text NOT NULL,
     subject text NOT NULL,
     body bytea NOT NULL,
     digest text NOT NULL,
     asked_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     published_at timestamptz,
     publishes integer NOT NULL DEFAULT 0,
     next_publish_at timestamptz DEFAULT now(),
     outcome jsonb,
     heard_at timestamptz)`,
  // Null once there is an outcome, or no time left: then nobody need look at the row again.
  `CREATE INDEX request_due ON request (next_publish_at) WHERE next_publish_at IS NOT NULL`,
  `CREATE INDEX request_asked ON request (asked_at)`,
];
