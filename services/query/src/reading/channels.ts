import { Injectable } from '@nestjs/common';
import type { SecretRef } from '@tocsin/contracts';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type ChannelsAsked = Paging & { readonly kind?: string };

/** What a change of a channel goes on from. */
export type KnownChannel = { readonly version: number; readonly secretRefs: readonly SecretRef[] };

const CHANNELS = 'channels';

/** Which file a secret is in is nobody's business, so it is not answered. */
const FIELDS = sql`
  r.channel_id AS id, r.tenant, r.version, r.kind, r.name, r.enabled, r.events, r.min_level, r.success, r.signals,
  r.standby, json_build_object('messages', r.rate_messages, 'per_ms', r.rate_per_ms) AS rate, r.target,
  coalesce((SELECT json_agg(json_build_object('since', s->'since', 'until', s->'until') ORDER BY n)
            FROM jsonb_array_elements(r.secrets) WITH ORDINALITY AS held(s, n)), '[]') AS secrets,
  rfc3339(r.added_at) AS added_at, rfc3339(r.changed_at) AS changed_at, r.changed_by,
  json_build_object('log_position', ${LANES.notification}::text || ':' || r.position) AS provenance`;

/** The channels that people have set up, without their secrets. */
@Injectable()
export class Channels {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The channels of a tenant, the one that was added last first. */
  async list(tenant: string, { kind, ...paging }: ChannelsAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: CHANNELS,
        table: sql`channel`,
        fields: FIELDS,
        where: [sql`r.tenant = ${tenant}`, kind === undefined ? undefined : sql`r.kind = ${kind}`],
        place: [
          { name: sql`r.added_at`, type: 'timestamptz' },
          { name: sql`r.channel_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.notification])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(CHANNELS, row)}}`), positions, keeping: 'revalidate' };
  }

  /** @throws {Problem} when the tenant has no such channel. */
  async one(tenant: string, id: string): Promise<Answer> {
    const now = this.time.now();
    const [found] = await this.readSide.rows<{ item: string; version: number; positions: Positions }>(sql`
      SELECT (SELECT row_to_json(item)::text FROM (SELECT ${FIELDS}) AS item) AS item, r.version,
             ${positionsOf([LANES.notification])} AS positions
      FROM channel r WHERE r.channel_id = ${id} AND r.tenant = ${tenant}`);
    if (!found) throw unknownChannel(id);
    return { body: asOf(now, found.item), positions: found.positions, keeping: 'revalidate', version: found.version };
  }

  /** What there is of a channel by now. @throws {Problem} when the tenant has no such channel. */
  async known(tenant: string, id: string): Promise<KnownChannel> {
    const [found] = await this.readSide.rows<KnownChannel>(sql`
      SELECT r.version, (SELECT coalesce(json_agg(json_build_object('ref', s->'ref', 'until', s->'until') ORDER BY n), '[]')
                         FROM jsonb_array_elements(r.secrets) WITH ORDINALITY AS held(s, n)) AS "secretRefs"
      FROM channel r WHERE r.channel_id = ${id} AND r.tenant = ${tenant}`);
    if (!found) throw unknownChannel(id);
    return found;
  }
}

const unknownChannel = (id: string): Problem => new Problem('unknown-channel', `There is no channel '${id}' here.`);
