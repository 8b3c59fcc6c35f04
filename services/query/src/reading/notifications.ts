import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql, type SqlPiece } from './sql.ts';

export type NotificationsAsked = Paging & {
  readonly episode?: string;
  readonly channel?: string;
  readonly status?: string;
};

const DELIVERIES = 'notifications';

export const DELIVERY_FIELDS = sql`
  r.notification_id, r.tenant, r.channel_id, r.channel_kind, r.kind, r.scope, r.episode_id, r.level, r.repeat_index,
  r.members, r.title, r.text, r.facts, r.why, r.link, r.takes_over_from, r.simulated, r.status, r.attempts,
  r.possible_repeat, r.receipt, r.error_code, r.error_message, r.gathered_into, r.withdrawn_because, r.redriven_by,
  rfc3339(r.retry_at) AS retry_at, rfc3339(r.intended_at) AS intended_at, rfc3339(r.ended_at) AS ended_at,
  json_build_object('log_position', ${LANES.notification}::text || ':' || r.position) AS provenance`;

/** Whether a message is about an episode, alone or among others. */
export const isAbout = (episodeId: unknown): SqlPiece =>
  sql`r.members @> jsonb_build_array(jsonb_build_object('episode_id', ${episodeId}::text))`;

/** How a message that somebody waits for stands. */
export type Sent = {
  readonly notification_id: string;
  readonly status: string;
  readonly attempts: number;
  readonly receipt: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
};

const LOOK_AGAIN_AFTER_MS = 50;

/** The delivery ledger: who was told what, on which channel, and whether it arrived. */
@Injectable()
export class Notifications {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** Deliveries to the people of a tenant, the one that was intended last first. */
  async list(tenant: string, { episode, channel, status, ...paging }: NotificationsAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: DELIVERIES,
        table: sql`delivery`,
        fields: DELIVERY_FIELDS,
        where: [
          sql`r.tenant = ${tenant}`,
          episode === undefined ? undefined : isAbout(episode),
          channel === undefined ? undefined : sql`r.channel_id = ${channel}`,
          status === undefined ? undefined : sql`r.status = ${status}`,
        ],
        place: [
          { name: sql`r.intended_at`, type: 'timestamptz' },
          { name: sql`r.notification_id`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.notification])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(DELIVERIES, row)}}`), positions, keeping: 'revalidate' };
  }

  /** How the message stands that one of these facts intended, once it was tried, or when the time is over. */
  async triedOf(intents: readonly string[], withinMs: number): Promise<Sent | null> {
    const until = performance.now() + withinMs;
    for (;;) {
      const [sent = null] = await this.readSide.rows<Sent>(sql`
        SELECT r.notification_id, r.status, r.attempts, r.receipt, r.error_code, r.error_message
        FROM delivery r WHERE r.intent_id = ANY (${intents}::text[])`);
      const isTried = sent !== null && (sent.attempts > 0 || sent.status !== 'intended');
      if (isTried || performance.now() >= until) return sent;
      await sleep(LOOK_AGAIN_AFTER_MS);
    }
  }
}
