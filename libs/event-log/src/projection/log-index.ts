import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import type { Sql } from '../postgres/sql.ts';

const NUMBER_THEM = `
  WITH head AS (UPDATE log_head SET number = number + $1::int RETURNING number)
  INSERT INTO log_index (number, lane, position, count)
  SELECT head.number - $1::int + 1, $2, $3::bigint, $1::int FROM head`;

/**
 * Gives the facts of a step the next numbers of the one order in which this read side has applied them: a row per step.
 * The head's row stays locked until the step commits, so numbers are commit order; call it last, to keep that short.
 * What was numbered is never numbered again: a live stream resumes by these numbers.
 */
export async function numberApplied(sql: Sql, batch: readonly Recorded<AnyEvent>[]): Promise<void> {
  const first = batch.at(0);
  const last = batch.at(-1);
  if (!first || !last) return;
  assert(last.position - first.position === batch.length - 1, 'the positions of a step have no holes');
  const { rowCount } = await sql.query(NUMBER_THEM, [batch.length, first.lane, first.position]);
  assert(rowCount === 1, 'log_head has its one row');
}
