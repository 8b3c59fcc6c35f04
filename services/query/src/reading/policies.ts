import { Injectable } from '@nestjs/common';
import { POLICY_DEFAULTS, SHARED_TENANT, type PolicyChanged } from '@tocsin/contracts';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type PolicyKind = PolicyChanged['data']['kind'];

const VERSIONS = 'policy-versions';

const FIELDS = sql`
  r.tenant, r.kind, r.version, r.document AS policy, r.changed_by, r.reason, rfc3339(r.changed_at) AS changed_at,
  json_build_object('log_position', ${LANES.escalation}::text || ':' || r.position) AS provenance`;

/** When trouble climbs is the same for everybody. */
const ownerOf = (kind: PolicyKind, tenant: string): string => (kind === 'escalation' ? SHARED_TENANT : tenant);

/** Who is told what, and when: the policies of tenants, with all their versions. */
@Injectable()
export class Policies {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The newest version; where nobody has said anything, version 0, which the house came with. */
  async newest(tenant: string, kind: PolicyKind): Promise<Answer> {
    const now = this.time.now();
    const owner = ownerOf(kind, tenant);
    const { item, version, positions } = await this.readSide.row<{
      item: string | null;
      version: number | null;
      positions: Positions;
    }>(sql`
      SELECT p.item, p.version, ${positionsOf([LANES.escalation])} AS positions
      FROM (VALUES (true)) AS always(here)
      LEFT JOIN LATERAL (
        SELECT (SELECT row_to_json(item)::text FROM (SELECT ${FIELDS}) AS item) AS item, r.version
        FROM policy r WHERE r.tenant = ${owner} AND r.kind = ${kind} ORDER BY r.version DESC LIMIT 1
      ) p ON true`);
    const house = { policy: POLICY_DEFAULTS[kind], changed_by: null, reason: null, changed_at: null, provenance: null };
    const body = item ?? JSON.stringify({ tenant: owner, kind, version: 0, ...house });
    return { body: asOf(now, body), positions, keeping: 'revalidate', version: version ?? 0 };
  }

  /** Every version that somebody has said, the newest first. */
  async versions(tenant: string, kind: PolicyKind, paging: Paging): Promise<Answer> {
    const page = pageOf(
      {
        name: VERSIONS,
        table: sql`policy`,
        fields: FIELDS,
        where: [sql`r.tenant = ${ownerOf(kind, tenant)}`, sql`r.kind = ${kind}`],
        // Versions follow each other, and two of the same moment are told apart by what they are.
        place: [
          { name: sql`r.changed_at`, type: 'timestamptz' },
          { name: sql`lpad(r.version::text, 10, '0')`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.escalation])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(VERSIONS, row)}}`), positions, keeping: 'revalidate' };
  }
}
