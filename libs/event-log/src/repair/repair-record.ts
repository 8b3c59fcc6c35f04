import { streamOf } from '@tocsin/contracts';
import type { Sql } from '../postgres/sql.ts';
import type { LaneAccess } from './lane-access.ts';
import type { LaneHold } from './lane-hold.ts';
import type { OutsideConsumer } from './outside-consumers.ts';
import type { RepairPlan } from './repair-plan.ts';

/**
 * Writes down that a repair begins, and what must survive it, before anything is deleted. The mark goes back, so that no
 * hour leaves the journal before the log has it again.
 */
export async function recordBeginning(
  sql: Sql,
  hold: LaneHold,
  plan: RepairPlan,
  reason: string | null,
  consumers: readonly OutsideConsumer[],
): Promise<void> {
  const lane = streamOf(plan.service);
  await sql.query('UPDATE lane SET published = least(published, $2::bigint) WHERE name = $1', [lane, plan.after]);
  await sql.query(
    `INSERT INTO repair (lane, what, found, reason, instance, head, consumers) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [lane, plan.kind, plan.found.join('; '), reason, hold.instance, plan.head, JSON.stringify(consumers)],
  );
}

/** The consumers that repairs which have not ended, this one among them, still owe to others. */
export async function readOwedConsumers(sql: Sql, { service }: LaneAccess): Promise<readonly OutsideConsumer[] | null> {
  const { rows } = await sql.query<{ consumers: readonly OutsideConsumer[] }>(
    'SELECT consumers FROM repair WHERE lane = $1 AND ended_at IS NULL ORDER BY repair_number',
    [streamOf(service)],
  );
  return rows.length === 0 ? null : rows.flatMap(({ consumers }) => consumers);
}

/**
 * Writes the mark, and that every repair of this lane that was begun has now ended. Where there was nothing left to
 * publish, because what a killed repair had sent arrived after it, the mark is as far as the log was found sound.
 */
export async function recordEnd(sql: Sql, { service, kind, after, head }: RepairPlan): Promise<void> {
  const lane = streamOf(service);
  const mark = kind === 'nothing' ? after : head;
  await sql.query('UPDATE lane SET published = $2 WHERE name = $1', [lane, mark]);
  await sql.query('UPDATE repair SET ended_at = now() WHERE lane = $1 AND ended_at IS NULL', [lane]);
}
