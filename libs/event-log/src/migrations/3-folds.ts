import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which version of its type's `evolve` the entities of a type are stored; a type without a row is at its first. */
export class Folds1700000000004 implements MigrationInterface {
  readonly name = 'Folds1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE entity_fold (type text PRIMARY KEY, version integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE entity_fold');
  }
}
