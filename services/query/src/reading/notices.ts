import { Injectable } from '@nestjs/common';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type NoticesAsked = Paging & { readonly episode?: string; readonly status?: string };

const NOTICES = 'notices';

const FIELDS = sql`
  r.scope, r.episode_id, r.tenant, r.kind, r.level, r.repeat_index, r.status, r.title, rfc3339(r.due_at) AS due_at,
  CASE WHEN r.held_by IS NOT NULL THEN json_build_object(
    'by', r.held_by, 'holder', r.holder, 'until', rfc3339(r.held_until)) END AS held,
  r.kept_because, r.channels, rfc3339(r.next_at) AS next_at, rfc3339(r.first_at) AS first_at,
  rfc3339(r.changed_at) AS changed_at,
  json_build_object('log_position', ${LANES.notification}::text || ':' || r.position) AS provenance`;

/** What people are to be told, what holds it back, and what they know. */
@Injectable()
export class Notices {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The notices of a tenant, the one that came first last. */
  async list(tenant: string, { episode, status, ...paging }: NoticesAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: NOTICES,
        table: sql`notice`,
        fields: FIELDS,
        where: [
          sql`r.tenant = ${tenant}`,
          episode === undefined ? undefined : sql`r.episode_id = ${episode}`,
          status === undefined ? undefined : sql`r.status = ${status}`,
        ],
        place: [
          { name: sql`r.first_at`, type: 'timestamptz' },
          { name: sql`r.notice_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.notification])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(NOTICES, row)}}`), positions, keeping: 'revalidate' };
  }
}
