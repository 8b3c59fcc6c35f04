import { Injectable } from '@nestjs/common';
import type { SilenceCreated } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { silenceStateAt } from './silence-state.ts';
import { sql, type SqlPiece } from './sql.ts';

export type SilencesAsked = Paging & { readonly state?: string; readonly kind?: string };

/** A silence as it is kept: what was asked for, and whether somebody has ended it. */
export type KnownSilence = Omit<SilenceCreated['data'], 'tenant'> & {
  readonly expiredAt: Instant | null;
  readonly expiredBy: string | null;
  readonly tenant: string;
  readonly position: number;
};

const SILENCES = 'silences';

const FIELDS = sql`
  r.silence_id AS "silenceId", r.tenant, r.kind, r.matchers, rfc3339(r.from_at) AS "from", rfc3339(r.until_at) AS "until",
  r.every, r.zone, r.comment, r.created_by AS "by", rfc3339(r.created_at) AS "at",
  r.expired_by AS "expiredBy", rfc3339(r.expired_at) AS "expiredAt", r.position`;

/** What is kept from people, and since when and until when. */
@Injectable()
export class Silences {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The silences of a tenant, the one that was asked for last first. */
  async list(tenant: string, { state, kind, ...paging }: SilencesAsked): Promise<Answer> {
    const now = this.time.now();
    const page = pageOf(
      {
        name: SILENCES,
        table: sql`silence`,
        fields: FIELDS,
        where: [sql`r.tenant = ${tenant}`, stateIs(state, now), kind === undefined ? undefined : sql`r.kind = ${kind}`],
        place: [
          { name: sql`r.created_at`, type: 'timestamptz' },
          { name: sql`r.silence_id`, type: 'text' },
        ],
      },
      paging,
    );
    const { positions, items, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.escalation])} AS positions FROM (${page}) page`,
    );
    const known = JSON.parse(`[${items}]`) as readonly KnownSilence[];
    const told = known.map((silence) => JSON.stringify(answered(silence, now))).join(',');
    const body = asOf(now, `{${pageFields(SILENCES, { ...row, items: told })}}`);
    return { body, positions, keeping: 'revalidate', changesWithTime: now };
  }

  /** @throws {Problem} when the tenant has no such silence. */
  async one(tenant: string, id: string): Promise<Answer> {
    const now = this.time.now();
    const { silence, positions } = await this.readSide.row<{ silence: KnownSilence | null; positions: Positions }>(sql`
      SELECT (SELECT row_to_json(item) FROM (
                SELECT ${FIELDS} FROM silence r WHERE r.silence_id = ${id} AND r.tenant = ${tenant}) item) AS silence,
             ${positionsOf([LANES.escalation])} AS positions`);
    if (silence === null) throw unknownSilence(id);
    return {
      body: asOf(now, JSON.stringify(answered(silence, now))),
      ...{ positions, keeping: 'revalidate', changesWithTime: now },
    };
  }

  /** A silence as it is kept. @throws {Problem} when the tenant has no such silence. */
  async kept(tenant: string, id: string): Promise<KnownSilence> {
    const [silence] = await this.readSide.rows<KnownSilence>(
      sql`SELECT ${FIELDS} FROM silence r WHERE r.silence_id = ${id} AND r.tenant = ${tenant}`,
    );
    if (!silence) throw unknownSilence(id);
    return silence;
  }

  /** Those of a tenant that may hold now or later, and those that were over only `overForMs` ago. */
  async recent(tenant: string, since: Instant): Promise<readonly KnownSilence[]> {
    return await this.readSide.rows<KnownSilence>(sql`
      SELECT ${FIELDS} FROM silence r
      WHERE r.tenant = ${tenant} AND coalesce(r.expired_at, CASE WHEN r.every IS NULL THEN r.until_at END, 'infinity') > ${since}::timestamptz
      ORDER BY r.created_at, r.silence_id`);
  }
}

const unknownSilence = (id: string): Problem => new Problem('unknown-silence', `There is no silence '${id}' here.`);

/** Whether one that comes back holds now is a matter of clocks and zones, which the database is not asked about. */
function stateIs(state: string | undefined, now: Instant): SqlPiece | undefined {
  if (state === undefined) return undefined;
  const isOver = sql`(r.expired_at IS NOT NULL OR (r.every IS NULL AND r.until_at <= ${now}::timestamptz))`;
  return state === 'expired' ? isOver : sql`NOT ${isOver}`;
}

function answered({ silenceId, tenant, kind, matchers, every, zone, comment, ...rest }: KnownSilence, now: Instant) {
  const { from, until, by, at, expiredBy, expiredAt, position } = rest;
  const { state, window } = silenceStateAt({ from, until, every, zone, expiredAt }, now);
  return {
    ...{ silence_id: silenceId, tenant, kind, state, matchers, from, until, every, zone, window, comment },
    ...{ created_by: by, created_at: at, expired_by: expiredBy, expired_at: expiredAt },
    provenance: { log_position: `${LANES.escalation}:${position}` },
  };
}
