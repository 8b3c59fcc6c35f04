import type { Sql } from '@tocsin/event-log';
import type { NoticeLine } from '../../domain/notices/notice-line.ts';
import type { Holder } from '../../domain/holds/holder.ts';
import type { NoticeBoard, WaitingGroup } from '../../domain/round/plan-round.ts';

/** Names of groups and holders are few where lines are many: each is found by one step into the index. */
const GROUPS_DUE = `
  WITH RECURSIVE waiting (group_name) AS (
    SELECT min(group_name) FROM notice_line WHERE group_name IS NOT NULL
    UNION ALL
    SELECT (SELECT min(group_name) FROM notice_line WHERE group_name > waiting.group_name)
    FROM waiting WHERE waiting.group_name IS NOT NULL
  )
  SELECT group_name AS "group", first.line->>'tenant' AS tenant, first.line#>>'{waiting,kind}' AS kind,
         first.line->>'peak' AS peak, first.due_at AS "firstDueAt", told.told_at AS "toldAt"
  FROM waiting
  CROSS JOIN LATERAL (
    SELECT line, due_at FROM notice_line
    WHERE notice_line.group_name = waiting.group_name ORDER BY due_at, key LIMIT 1
  ) AS first
  LEFT JOIN told_group AS told USING (group_name)
  WHERE first.due_at <= $1
  ORDER BY first.line->>'peak' = 'CRITICAL' DESC, first.due_at, group_name`;

const HOLDERS = `
  WITH RECURSIVE held (tenant, held_by, holder) AS (
    (SELECT tenant, held_by, holder FROM notice_line WHERE holder IS NOT NULL ORDER BY tenant, held_by, holder LIMIT 1)
    UNION ALL
    SELECT next.tenant, next.held_by, next.holder
    FROM held
    CROSS JOIN LATERAL (
      SELECT tenant, held_by, holder FROM notice_line AS line
      WHERE line.holder IS NOT NULL AND (line.tenant, line.held_by, line.holder) > (held.tenant, held.held_by, held.holder)
      ORDER BY tenant, held_by, holder LIMIT 1
    ) AS next
  )
  SELECT tenant, held_by AS "by", holder FROM held`;

/** What a round reads, from the tables that were folded from the service's own facts. */
export function boardOf(sql: Sql): NoticeBoard {
  const linesBy = async (condition: string, values: readonly unknown[]): Promise<readonly NoticeLine[]> => {
    const { rows } = await sql.query<{ line: NoticeLine }>(`SELECT line FROM notice_line WHERE ${condition}`, [
      ...values,
    ]);
    return rows.map(({ line }) => line);
  };
  return {
    groupsDue: async (at) => (await sql.query<WaitingGroup>(GROUPS_DUE, [at])).rows,
    linesOf: (group, at, limit) =>
      linesBy('group_name = $1 AND due_at <= $2 ORDER BY due_at, key LIMIT $3', [group, at, limit]),
    holders: async () => (await sql.query<Holder>(HOLDERS)).rows,
    linesHeldBy: ({ tenant, by, holder }, limit) =>
      linesBy('tenant = $1 AND held_by = $2 AND holder = $3 ORDER BY key LIMIT $4', [tenant, by, holder, limit]),
    async standing(notices) {
      if (notices.length === 0) return new Set();
      const { rows } = await sql.query<{ notice: string }>(
        'SELECT DISTINCT notice FROM notice_line WHERE is_episode AND notice = ANY ($1::text[])',
        [notices],
      );
      return new Set(rows.map(({ notice }) => notice));
    },
  };
}
