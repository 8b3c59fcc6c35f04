import { Injectable } from '@nestjs/common';
import { asOf, type Answer } from './answer.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

const FIELDS = sql`
  r.simulation_id, r.tenant, r.status, rfc3339(r.from_at) AS "from", rfc3339(r.to_at) AS "to",
  rfc3339(r.requested_at) AS requested_at, rfc3339(r.ended_at) AS ended_at, r.because, r.result,
  json_build_object('log_position', ${LANES.notification}::text || ':' || r.position) AS provenance`;

/** What other policies would have sent. */
@Injectable()
export class Simulations {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** @throws {Problem} when nobody of this tenant has asked for it. */
  async one(tenant: string, id: string): Promise<Answer> {
    const now = this.time.now();
    const [found] = await this.readSide.rows<{ item: string; ended: boolean; positions: Positions }>(sql`
      SELECT (SELECT row_to_json(item)::text FROM (SELECT ${FIELDS}) AS item) AS item, r.ended_at IS NOT NULL AS ended,
             ${positionsOf([LANES.notification])} AS positions
      FROM simulation r WHERE r.simulation_id = ${id} AND r.tenant = ${tenant}`);
    if (!found) throw new Problem('unknown-simulation', `Nobody here has asked for the simulation '${id}'.`);
    return { body: asOf(now, found.item), positions: found.positions, keeping: 'revalidate' };
  }
}
