import { Injectable } from '@nestjs/common';
import { SHARED_TENANT } from '@tocsin/contracts';
import { asOf, type Answer } from './answer.ts';
import { isAbout } from './notifications.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql, type SqlPiece } from './sql.ts';

export type EscalationsAsked = Paging & {
  readonly status?: string;
  readonly level?: string;
  readonly scope_kind?: string;
};

const EPISODES = 'escalations';

const FIELDS = sql`
  r.scope, r.scope_kind, r.episode_id, r.status, r.level, r.peak, r.cause, r.cause_event_ids, r.reopen_of,
  rfc3339(r.opened_at) AS opened_at, rfc3339(r.changed_at) AS changed_at, rfc3339(r.cleared_at) AS cleared_at,
  r.duration_ms,
  CASE WHEN r.acknowledged_by IS NOT NULL THEN json_build_object(
    'by', r.acknowledged_by, 'reason', r.acknowledged_because, 'until', rfc3339(r.acknowledged_until))
  END AS acknowledged,
  r.resolved_by, r.tenant, r.labels,
  json_build_object('pair', r.subject->'pair', 'symbol', r.subject->'symbol', 'timeframe', r.subject->'timeframe',
                    'provider', r.subject->'provider', 'service', r.subject->'service',
                    'agent', CASE WHEN r.scope_kind = 'agent' THEN substr(r.scope, length('agent-') + 1) END,
                    'portfolio', r.subject->'portfolio', 'alert_type', r.subject->'alertType',
                    'release', r.subject->'release', 'alert_name', r.subject->'alertName') AS subject,
  CASE WHEN r.freshness IS NOT NULL THEN json_build_object(
    'colour', r.freshness->'colour', 'last_bar_close_ts', r.freshness->'lastBarCloseAt') END AS freshness,
  r.simulated,
  json_build_object('log_position', ${LANES.escalation}::text || ':' || r.position) AS provenance`;

const NEWEST_OF_DELIVERY = sql`
  CASE r.status WHEN 'delivered' THEN 'DeliverySucceeded' WHEN 'retrying' THEN 'DeliveryFailed'
                WHEN 'unknown' THEN 'DeliveryUnknown' WHEN 'dead-lettered' THEN 'DeliveryDeadLettered'
                WHEN 'gathered' THEN 'DeliveryGathered' WHEN 'withdrawn' THEN 'DeliveryWithdrawn'
                ELSE 'DeliveryIntended' END`;

/** What had failed before is in the ledger; here it would say that a message that arrived did not. */
const WHY_OF_DELIVERY = sql`
  CASE WHEN r.status = 'delivered' THEN r.receipt
       ELSE coalesce(r.withdrawn_because, r.gathered_into, r.error_message) END`;

const LEVELS = sql`ARRAY['INFO', 'WARN', 'ERROR', 'CRITICAL']`;
const RANK = sql`array_position(${LEVELS}, r.level)`;

/** What nobody takes on is repeated each day, on every channel; of the rest the ledger tells. */
const TIMELINE_LINES_MAX = 500;

/**
 * What happened to an episode, what was decided about telling the people of a tenant, and what became of each message. It
 * is on two lanes, which have no common order, so it is told by its moments, and of one moment the cause first.
 */
const timelineFor = (tenant: string): SqlPiece => sql`
  SELECT json_build_object('left_out', max(t.lines) - count(*), 'lines', json_agg(json_build_object(
    'event', t.event, 'event_id', t.event_id, 'log_position', t.lane || ':' || t.position, 'at', rfc3339(t.at),
    'level', t.level, 'actor', t.actor, 'because', t.because) ORDER BY t.at, t.lane, t.position))
  FROM (SELECT *, count(*) OVER () AS lines FROM (
    SELECT ${LANES.escalation}::text AS lane, position, event, event_id, at, level, actor, because
    FROM episode_timeline WHERE episode_id = e.episode_id
    UNION ALL
    SELECT ${LANES.notification}::text, position, event, event_id, at, level, actor, because
    FROM notice_timeline WHERE episode_id = e.episode_id AND tenant = ${tenant}
    UNION ALL
    SELECT ${LANES.notification}::text, r.position, ${NEWEST_OF_DELIVERY}, r.intent_id, coalesce(r.ended_at, r.intended_at),
           r.level, r.channel_id, ${WHY_OF_DELIVERY}
    FROM delivery r
    WHERE r.tenant = ${tenant} AND ${isAbout(sql`e.episode_id`)}
  ) said ORDER BY at DESC, lane DESC, position DESC LIMIT ${TIMELINE_LINES_MAX}::int) t`;

const ofTenant = (tenant: string): SqlPiece => sql`r.tenant IN (${SHARED_TENANT}, ${tenant})`;

/** An acknowledged episode stands as an open one does: it is not over. */
function statusIs(status: string | undefined): SqlPiece | undefined {
  if (status === undefined) return undefined;
  return status === 'standing' ? sql`r.status <> 'cleared'` : sql`r.status = ${status}`;
}

/** What went wrong, how bad it got, and whether it is over. */
@Injectable()
export class Escalations {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** Everybody's episodes and those of a tenant, the one that was opened last first. */
  async list(tenant: string, { status, level, scope_kind: scopeKind, ...paging }: EscalationsAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: EPISODES,
        table: sql`episode`,
        fields: FIELDS,
        where: [
          ofTenant(tenant),
          statusIs(status),
          level === undefined ? undefined : sql`r.level = ${level}`,
          scopeKind === undefined ? undefined : sql`r.scope_kind = ${scopeKind}`,
        ],
        place: [
          { name: sql`r.opened_at`, type: 'timestamptz' },
          { name: sql`r.episode_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.escalation])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(EPISODES, row)}}`), positions, keeping: 'revalidate' };
  }

  /** The newest episode of a scope with its timeline, and what the ladder of the scope counts. */
  async ofScope(tenant: string, scope: string): Promise<Answer> {
    const now = this.time.now();
    const { item, known, positions } = await this.readSide.row<{
      item: string;
      known: boolean;
      positions: Positions;
    }>(sql`
      SELECT json_build_object(
               'scope', ${scope}::text,
               'episode', e.episode,
               'timeline', coalesce(told.timeline->'lines', '[]'),
               'timeline_left_out', coalesce((told.timeline->>'left_out')::int, 0),
               'tally', CASE WHEN t.scope IS NOT NULL THEN json_build_object(
                 'verdict', t.verdict, 'bar_close_ts', rfc3339(t.bar_close_at),
                 'consecutive_failures', t.consecutive_failures, 'amber', t.amber, 'red', t.red, 'good', t.good,
                 'counted_at', rfc3339(t.counted_at)) END)::text AS item,
             e.episode IS NOT NULL OR t.scope IS NOT NULL AS known,
             ${positionsOf([LANES.escalation, LANES.notification])} AS positions
      FROM (VALUES (${scope}::text)) AS asked(scope)
      LEFT JOIN LATERAL (
        SELECT (SELECT row_to_json(item) FROM (SELECT ${FIELDS}) AS item) AS episode, r.episode_id
        FROM episode r WHERE r.scope = asked.scope AND ${ofTenant(tenant)} ORDER BY r.opened_at DESC, r.episode_id DESC LIMIT 1
      ) e ON true
      LEFT JOIN LATERAL (SELECT (${timelineFor(tenant)}) AS timeline) told ON true
      LEFT JOIN scope_tally t ON t.scope = asked.scope`);
    if (!known) throw new Problem('unknown-scope', `Nothing is known about the scope '${scope}'.`);
    return { body: asOf(now, item), positions, keeping: 'revalidate' };
  }
  /**
   * Symbols whose pairs are in trouble, all timeframes together, the worst first: of many episodes about one thing a
   * person wants to see one line.
   */
  async ofSymbols(tenant: string): Promise<Answer> {
    const now = this.time.now();
    const { items, positions } = await this.readSide.row<{ items: string; positions: Positions }>(sql`
      SELECT coalesce(json_agg(row_to_json(item) ORDER BY item.rank DESC, item.symbol), '[]')::text AS items,
             ${positionsOf([LANES.escalation])} AS positions
      FROM (
        SELECT r.subject->>'symbol' AS symbol, (${LEVELS})[max(${RANK})] AS level, max(${RANK}) AS rank,
               bool_and(r.status = 'acknowledged') AS acknowledged, count(*) AS episodes,
               rfc3339(min(r.opened_at)) AS opened_at, rfc3339(max(r.changed_at)) AS changed_at,
               bool_and(r.simulated) AS simulated,
               json_agg(json_build_object(
                 'scope', r.scope, 'timeframe', r.subject->'timeframe', 'provider', r.subject->'provider',
                 'episode_id', r.episode_id, 'level', r.level, 'status', r.status, 'cause', r.cause,
                 'opened_at', rfc3339(r.opened_at)) ORDER BY ${RANK} DESC, r.opened_at, r.scope) AS pairs
        FROM episode r
        WHERE r.scope_kind = 'pair' AND r.status <> 'cleared' AND ${ofTenant(tenant)}
        GROUP BY r.subject->>'symbol'
      ) item`);
    return { body: asOf(now, `{"items":${items}}`), positions, keeping: 'revalidate' };
  }
}
