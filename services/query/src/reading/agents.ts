import { Injectable } from '@nestjs/common';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type AgentsAsked = Paging & { readonly liveness?: string };

const AGENTS = 'agents';

const FIELDS = sql`
  r.agent_id, r.liveness, r.capabilities, r.grants, r.can_do, r.parallel_max, r.instance, r.leases, r.breakers,
  r.tasks_completed, r.tasks_failed, r.tasks_released, r.results_ignored,
  rfc3339(r.first_at) AS first_at, rfc3339(r.registered_at) AS registered_at, rfc3339(r.lost_at) AS lost_at,
  rfc3339(r.retired_at) AS retired_at, r.last_seen,
  json_build_object('log_position', ${LANES.analysis}::text || ':' || r.position) AS provenance`;

/** Who does the tasks: what they can and may do, and whether they are there. */
@Injectable()
export class Agents {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** All that were ever heard of, the one that came last first. */
  async list({ liveness, ...paging }: AgentsAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: AGENTS,
        table: sql`agent`,
        fields: FIELDS,
        where: [liveness === undefined ? undefined : sql`r.liveness = ${liveness}`],
        place: [
          { name: sql`r.first_at`, type: 'timestamptz' },
          { name: sql`r.agent_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.analysis])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(AGENTS, row)}}`), positions, keeping: 'revalidate' };
  }
}
