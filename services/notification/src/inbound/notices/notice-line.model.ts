import type { LocalModel, Sql } from '@tocsin/event-log';
import { matterKey } from '../../domain/notices/kind.ts';
import { groupOfLine, withFact, type NoticeLine } from '../../domain/notices/notice-line.ts';
import type { NoticeEvent } from '../../domain/notices/notice.memory.ts';

/**
 * The board that rounds look at: a line for each open episode of which people are told, and for each thing beside them
 * that waits. It is found by what it waits for, so that a round reads what is due and not what there is.
 */
export const noticeLines: LocalModel<NoticeLine | null, NoticeEvent> = {
  name: 'notice_line',
  hears: [
    'NoticeQueued',
    'NoticeHeld',
    'NoticeReleased',
    'NoticeTold',
    'NoticeKept',
    'NoticeAcknowledged',
    'NoticeReawakened',
    'NoticeEnded',
  ],
  keyOf: ({ data }) => matterKey(data),

  async load(sql, keys) {
    const { rows } = await sql.query<{ line: NoticeLine }>(
      'SELECT line FROM notice_line WHERE key = ANY ($1::text[])',
      [keys],
    );
    return new Map(rows.map(({ line }) => [line.key, line]));
  },

  fold: (line = null, event) => withFact(line, event),

  async save(sql: Sql, changed) {
    const gone = [...changed].flatMap(([key, line]) => (line === null ? [key] : []));
    const lines = [...changed.values()].filter((line) => line !== null);
    await sql.query(SAVE, [
      gone,
      lines.map((line) => JSON.stringify(line)),
      lines.map((line) => (line.waiting?.hold === null ? groupOfLine(line) : null)),
    ]);
  },
};

const SAVE = `
  WITH gone AS (DELETE FROM notice_line WHERE key = ANY ($1::text[]))
  INSERT INTO notice_line (key, notice, tenant, is_episode, group_name, due_at, held_by, holder, line)
  SELECT line->>'key', line->>'notice', line->>'tenant',
         line->>'key' = concat(line->>'notice', '/escalation/', line->>'episodeId'),
         group_name,
         CASE WHEN group_name IS NOT NULL THEN (line#>>'{waiting,dueAt}')::timestamptz END,
         line#>>'{waiting,hold,by}', line#>>'{waiting,hold,holder}', line
  FROM unnest($2::jsonb[], $3::text[]) AS changed (line, group_name)
  ON CONFLICT (key) DO UPDATE
  SET group_name = excluded.group_name, due_at = excluded.due_at,
      held_by = excluded.held_by, holder = excluded.holder, line = excluded.line`;
