import { Injectable } from '@nestjs/common';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import { asOf, type Answer } from './answer.ts';
import { DELIVERY_FIELDS } from './notifications.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql, type SqlPiece } from './sql.ts';

export type DeadLettersAsked = Paging & { readonly channel?: string };

const DEAD_LETTERS = 'dead-letters';

/** Older news help nobody, so notification sends them only where somebody insists. */
const REDRIVE_AGE_MS_MAX = 86_400_000;

/**
 * Whether a dead letter is still worth sending: how old it is, and how what it is about stands by now. It is what
 * notification decides by as well, but on another lane, so it may be a moment older than its answer.
 */
const relevanceAt = (now: Instant): SqlPiece => sql`
  (SELECT json_build_object(
     'age_s', floor(extract(epoch FROM ${now}::timestamptz - r.intended_at))::bigint,
     'is_too_old', r.intended_at < ${plusMs(now, -REDRIVE_AGE_MS_MAX)}::timestamptz,
     'is_over', count(e.episode_id) > 0 AND bool_and(e.status = 'cleared'),
     'standing', count(e.episode_id) FILTER (WHERE e.status <> 'cleared'),
     'episodes', coalesce(json_agg(json_build_object(
       'scope', e.scope, 'episode_id', e.episode_id, 'status', e.status, 'level', e.level)
       ORDER BY e.opened_at, e.episode_id) FILTER (WHERE e.episode_id IS NOT NULL), '[]'))
   FROM jsonb_array_elements(r.members) member
   LEFT JOIN episode e ON e.episode_id = member->>'episode_id') AS relevance`;

/** Messages that were given up, and whether they are still worth sending. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** The dead letters of a tenant, the one that was intended last first. */
  async list(tenant: string, { channel, ...paging }: DeadLettersAsked): Promise<Answer> {
    const now = this.time.now();
    const page = pageOf(
      {
        name: DEAD_LETTERS,
        table: sql`delivery`,
        fields: sql`${DELIVERY_FIELDS}, ${relevanceAt(now)}`,
        where: [
          sql`r.tenant = ${tenant} AND r.status = 'dead-lettered'`,
          channel === undefined ? undefined : sql`r.channel_id = ${channel}`,
        ],
        place: [
          { name: sql`r.intended_at`, type: 'timestamptz' },
          { name: sql`r.notification_id`, type: 'text' },
        ],
      },
      paging,
    );
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.escalation, LANES.notification])} AS positions FROM (${page}) page`,
    );
    const body = asOf(now, `{${pageFields(DEAD_LETTERS, row)}}`);
    return { body, positions, keeping: 'revalidate', changesWithTime: now };
  }

  /** The channel of a message. @throws {Problem} when nobody of this tenant was to be told it. */
  async channelOf(tenant: string, notificationId: string): Promise<string> {
    const [found] = await this.readSide.rows<{ channel: string }>(sql`
      SELECT r.channel_id AS channel FROM delivery r
      WHERE r.notification_id = ${notificationId} AND r.tenant = ${tenant}`);
    if (!found) throw new Problem('unknown-notification', `Nobody here was to be told '${notificationId}'.`);
    return found.channel;
  }
}
