import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The terms in force, and the open incidents of releases. Of breakers that were open before, nobody remembers since when:
 * they are waited for from the next fact about them.
 */
export class TermsAndReleases1700000003004 implements MigrationInterface {
  readonly name = 'TermsAndReleases1700000003004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE terms_in_force (is_only boolean PRIMARY KEY CHECK (is_only), terms jsonb NOT NULL)',
    );
    await runner.query('CREATE TABLE release_record (scope text PRIMARY KEY, incidents jsonb NOT NULL)');
    await runner.query(`
      UPDATE pair_line SET watch = jsonb_set(watch, '{openBreakers}', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('provider', name, 'openSince', null, 'openMs', 0, 'isTried', false)), '[]')
        FROM jsonb_array_elements_text(watch -> 'openBreakers') AS name))`);
    await runner.query(`UPDATE pair_line SET profile = profile || '{"lastSeen": null}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE pair_line SET watch = jsonb_set(watch, '{openBreakers}', (
        SELECT coalesce(jsonb_agg(breaker -> 'provider'), '[]') FROM jsonb_array_elements(watch -> 'openBreakers') AS breaker))`);
    await runner.query('DROP TABLE release_record');
    await runner.query('DROP TABLE terms_in_force');
  }
}
