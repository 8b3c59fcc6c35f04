import { Injectable } from '@nestjs/common';
import type { Pair } from '@tocsin/domain-kit';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type TasksAsked = Paging & { readonly status?: string; readonly type?: string; readonly pair?: Pair };

const TASKS = 'tasks';

const FIELDS = sql`
  r.task_id, r.task_type, r.pair, r.symbol, r.timeframe, rfc3339(r.bar_open_at) AS bar_ts, r.run_id AS analysis_id,
  r.question, r.status, r.unroutable_at IS NOT NULL AS unroutable, r.needs, r.attempts, r.agent_id, r.fencing_token,
  r.result, r.results_ignored, r.error_code, r.error_message, r.submitted_by,
  rfc3339(r.submitted_at) AS submitted_at, rfc3339(r.unroutable_at) AS unroutable_at,
  rfc3339(r.leased_at) AS leased_at, rfc3339(r.ended_at) AS ended_at,
  json_build_object('log_position', ${LANES.analysis}::text || ':' || r.position) AS provenance`;

/** What agents were asked to do, and what they came to. */
@Injectable()
export class Tasks {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** Tasks, the one that was submitted last first. */
  async list({ status, type, pair, ...paging }: TasksAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: TASKS,
        table: sql`task`,
        fields: FIELDS,
        where: [
          status === undefined ? undefined : sql`r.status = ${status}`,
          type === undefined ? undefined : sql`r.task_type = ${type}`,
          pair === undefined ? undefined : sql`r.pair = ${pair}`,
        ],
        place: [
          { name: sql`r.submitted_at`, type: 'timestamptz' },
          { name: sql`r.task_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.analysis])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(TASKS, row)}}`), positions, keeping: 'revalidate' };
  }

  /** One task with all its leases. */
  async one(taskId: string): Promise<Answer> {
    const now = this.time.now();
    const [task] = await this.readSide.rows<{ item: string; positions: Positions }>(sql`
      SELECT (SELECT row_to_json(item)::text FROM (SELECT ${FIELDS}, r.tries) AS item) AS item,
             ${positionsOf([LANES.analysis])} AS positions
      FROM task r WHERE r.task_id = ${taskId}`);
    if (!task) throw new Problem('unknown-task', `No task has the id '${taskId}'.`);
    return { body: asOf(now, task.item), positions: task.positions, keeping: 'revalidate' };
  }
}
