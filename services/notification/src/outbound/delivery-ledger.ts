import type { DeliveryIntendedData } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import type { EventLog } from '@tocsin/event-log';
import { membersOf } from '../domain/deliveries/digest.ts';
import type { Surroundings } from '../domain/deliveries/relevance.ts';
import { inTurn, type QueuedLetter } from '../domain/deliveries/turn.ts';
import { forgetOldTrails } from './old-trails.ts';

type Letter = DeliveryIntendedData;

/** A letter whose turn it is, and nobody is sending it. */
export type DueLetter = {
  readonly letter: Letter;
  /** The fact that decided it, and the first cause of that. */
  readonly intendedBy: { readonly eventId: string; readonly correlationId: string };
  /** How many attempts were begun. */
  readonly attempts: number;
  /** On the wall clock; null before the first turn. */
  readonly firstTriedAt: Instant | null;
  /** When it came on the list, or was redriven, on the wall clock. */
  readonly queuedAt: Instant;
  /** Since then, in milliseconds by the database's clock. */
  readonly ageMs: number;
  /** An earlier attempt was begun and its outcome never written down. */
  readonly isAfterLoss: boolean;
  /** This letter may have arrived before. */
  readonly isPossibleRepeat: boolean;
  /** Another channel was asked to take over, or there was none to ask. */
  readonly isTakenOver: boolean;
  /** Somebody insists that it is sent. */
  readonly isForced: boolean;
};

/** A channel that told something in another's place. */
export type Successor = { readonly channelId: string; readonly episodes: readonly string[] };

/** An attempt that has been written down and may now be made. */
export type StartedAttempt = Pick<DueLetter, 'letter' | 'intendedBy' | 'isAfterLoss' | 'isPossibleRepeat'> & {
  /** From 1. */
  readonly attempt: number;
  /** On the wall clock. */
  readonly firstTriedAt: Instant;
  /** What the channel gave as a receipt for its first message about the same episode. */
  readonly firstReceipt: string | null;
};

type DueRow = {
  letter: Letter;
  event_id: string;
  correlation_id: string;
  attempts: number;
  first_tried_at: Instant | null;
  queued_at: Instant;
  age_ms: number;
  is_after_loss: boolean;
  is_possible_repeat: boolean;
  taken_over: boolean;
  is_forced: boolean;
};

/** An attempt that is due, or that was begun so long ago that it cannot be on its way any more. All on the database's clock. */
const READY = `(NOT work.is_dead AND (work.started_at IS NULL AND (work.due_at IS NULL OR work.due_at <= clock_timestamp())
             OR work.lost_at <= clock_timestamp()))`;

/** A send ends at its deadline; its outcome may take this much longer to be written down. */
export const RECORDING_MS = 5_000;

/** So many letters are looked at at once: each may be as long as a message of 500 members. */
const LETTERS_MAX = 1_000;

const DUE_COLUMNS = `letter, event_id, correlation_id, attempts, first_tried_at, queued_at,
  (extract(epoch FROM clock_timestamp() - queued_at) * 1000)::float8 AS age_ms,
  started_at IS NOT NULL AS is_after_loss, is_possible_repeat OR started_at IS NOT NULL AS is_possible_repeat, taken_over, is_forced`;

/**
 * The worker's side of the work list. An attempt is written down and committed before anything is sent, so that whoever
 * comes after a crash knows what may have arrived.
 */
export class DeliveryLedger {
  /** The log is asked for its tables on every use: it opens after everything else was made. */
  constructor(private readonly eventLog: Pick<EventLog, 'sql'>) {}

  /** The channels for which something can be done now. */
  async channelsWithWork(): Promise<readonly Pick<Letter, 'channelId' | 'channelKind'>[]> {
    const { rows } = await this.eventLog.sql.query<Pick<Letter, 'channelId' | 'channelKind'>>(
      `SELECT DISTINCT channel_id AS "channelId", letter->>'channelKind' AS "channelKind" FROM delivery_work work WHERE ${READY}`,
    );
    return rows;
  }

  /** The letters of a channel whose turn it is, CRITICAL first, then in the order in which they were decided. */
  async due(channelId: string): Promise<readonly DueLetter[]> {
    const { rows: queue } = await this.eventLog.sql.query<QueuedLetter>(
      `SELECT notification_id AS "notificationId", scopes, level, letter->>'kind' AS kind, is_apart AS "isApart", ${READY} AS "isReady"
       FROM delivery_work work WHERE channel_id = $1 AND NOT is_dead ORDER BY place`,
      [channelId],
    );
    const ids = inTurn(queue).slice(0, LETTERS_MAX);
    if (ids.length === 0) return [];
    const { rows } = await this.eventLog.sql.query<DueRow>(
      `SELECT ${DUE_COLUMNS} FROM delivery_work WHERE notification_id = ANY ($1) ORDER BY array_position($1, notification_id)`,
      [ids],
    );
    return rows.map(dueLetterOf);
  }

  /**
   * Puts letters off that are still ready, so that nobody else takes them up for a while; returns the ids of those. A
   * letter after a lost attempt stays one.
   */
  async putOff(notificationIds: readonly string[], ms: number): Promise<ReadonlySet<string>> {
    const { rows } = await this.eventLog.sql.query<{ notification_id: string }>(
      `UPDATE delivery_work work
       SET due_at = CASE WHEN started_at IS NULL THEN clock_timestamp() + make_interval(secs => $2::float8 / 1000) END,
           lost_at = CASE WHEN started_at IS NOT NULL THEN clock_timestamp() + make_interval(secs => $2::float8 / 1000) END
       WHERE notification_id = ANY ($1) AND ${READY} RETURNING notification_id`,
      [notificationIds, ms],
    );
    return new Set(rows.map(({ notification_id }) => notification_id));
  }

  /** Puts letters off that nobody waits for: what comes later does not wait for them either. */
  async putAside(notificationIds: readonly string[], ms: number): Promise<void> {
    await this.eventLog.sql.query(
      `UPDATE delivery_work work
       SET due_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000), is_apart = true
       WHERE notification_id = ANY ($1) AND started_at IS NULL AND ${READY}`,
      [notificationIds, ms],
    );
  }

  /** Starts the next attempt of a letter; null when somebody else has taken it up. */
  async start(notificationId: string, timeoutMs: number): Promise<StartedAttempt | null> {
    const { rows } = await this.eventLog.sql.query<DueRow & { first_receipt: string | null }>(
      `WITH next AS (
         SELECT work.notification_id, work.started_at IS NOT NULL AS is_after_loss
         FROM delivery_work work WHERE work.notification_id = $1 AND ${READY} FOR UPDATE SKIP LOCKED
       )
       UPDATE delivery_work work
       SET attempts = attempts + 1,
           started_at = clock_timestamp(),
           lost_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000),
           first_tried_at = coalesce(first_tried_at, clock_timestamp()),
           is_possible_repeat = is_possible_repeat OR is_after_loss
       FROM next
       WHERE work.notification_id = next.notification_id
       RETURNING letter, event_id, correlation_id, attempts, first_tried_at, queued_at, 0::float8 AS age_ms, next.is_after_loss,
         is_possible_repeat, taken_over, is_forced,
         (SELECT trail.receipt FROM delivery_trail trail JOIN delivery_trail own USING (channel_id)
          WHERE own.notification_id = work.notification_id AND trail.episodes @> ARRAY[work.letter->>'episodeId']
            -- A message that is about others too is not this letter's to rewrite.
            AND trail.episodes <@ own.episodes
            AND trail.receipt IS NOT NULL AND trail.kind <> 'digest' ORDER BY trail.place LIMIT 1) AS first_receipt`,
      [notificationId, timeoutMs + RECORDING_MS],
    );
    const [row] = rows;
    if (!row?.first_tried_at) return null;
    const { letter, intendedBy, attempts: attempt, isAfterLoss, isPossibleRepeat } = dueLetterOf(row);
    const { first_tried_at: firstTriedAt, first_receipt: firstReceipt } = row;
    return { letter, intendedBy, attempt, firstTriedAt, isAfterLoss, isPossibleRepeat, firstReceipt };
  }

  /** Takes back an attempt that was not made after all: it is not counted, and it is made a while later. */
  async takeBack(notificationId: string, ms: number): Promise<void> {
    await this.eventLog.sql.query(
      `UPDATE delivery_work
       SET attempts = attempts - 1, started_at = NULL, lost_at = NULL,
           due_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
       WHERE notification_id = $1 AND started_at IS NOT NULL`,
      [notificationId, ms],
    );
  }

  /** Says of the letters that are due on a channel which is left alone that their patience runs from now on. */
  async noteTurn(channelId: string): Promise<void> {
    await this.eventLog.sql.query(
      `UPDATE delivery_work work SET first_tried_at = clock_timestamp()
       WHERE channel_id = $1 AND first_tried_at IS NULL AND ${READY}`,
      [channelId],
    );
  }

  async noteTakeover(notificationId: string): Promise<void> {
    await this.eventLog.sql.query(`UPDATE delivery_work SET taken_over = true WHERE notification_id = $1`, [
      notificationId,
    ]);
  }

  /** Takes a letter off the list whose outcome was a fact before. */
  async forget(notificationId: string): Promise<void> {
    await this.eventLog.sql.query(`DELETE FROM delivery_work WHERE notification_id = $1 AND NOT is_dead`, [
      notificationId,
    ]);
  }

  /** Forgets who was told of what, where nothing depends on it any more. */
  async forgetOld(): Promise<void> {
    await forgetOldTrails(this.eventLog.sql);
  }

  /** The ids of letters that exist among `notificationIds`, each with the channel whose place it takes, if any. */
  async known(notificationIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const { rows } = await this.eventLog.sql.query<{ notification_id: string; takes_over_from: string | null }>(
      `SELECT notification_id, takes_over_from FROM delivery_trail WHERE notification_id = ANY ($1)`,
      [notificationIds],
    );
    return new Map(rows.map(({ notification_id, takes_over_from }) => [notification_id, takes_over_from]));
  }

  /** What there is to know before letters are sent on a channel, all of it of one moment. */
  async surroundings(
    channelId: string,
    letters: readonly Letter[],
    now: Instant,
  ): Promise<Surroundings & { readonly successors: readonly Successor[] }> {
    const episodes = [...new Set(letters.flatMap((letter) => membersOf(letter).map(({ episodeId }) => episodeId)))];
    const { rows } = await this.eventLog.sql.query<{
      standings: { episode_id: string; is_over: boolean; acknowledged_until: string | null }[];
      told: string[];
      withdrawn: string[];
      is_failing: boolean | null;
      is_gone: boolean | null;
      successors: readonly Successor[];
    }>(
      `WITH trail AS (
         SELECT episodes, kind, status, may_have_arrived FROM delivery_trail
         WHERE channel_id = $1 AND episodes && $2::text[] AND kind <> 'restoration'
       )
       SELECT (SELECT coalesce(jsonb_agg(to_jsonb(standing)), '[]') FROM episode_standing standing WHERE episode_id = ANY ($2)) AS standings,
              ARRAY(SELECT DISTINCT unnest(episodes) FROM trail WHERE may_have_arrived OR status NOT IN ('withdrawn', 'gathered')) AS told,
              ARRAY(SELECT DISTINCT unnest(episodes) FROM trail WHERE status = 'withdrawn') AS withdrawn,
              (SELECT is_failing FROM channel_record WHERE channel_id = $1) AS is_failing,
              (SELECT is_gone FROM channel_record WHERE channel_id = $1) AS is_gone,
              (SELECT coalesce(jsonb_agg(jsonb_build_object('channelId', channel_id, 'episodes', episodes)), '[]')
               FROM delivery_trail
               WHERE takes_over_from = $1 AND episodes && $2::text[] AND kind <> 'restoration') AS successors`,
      [channelId, episodes],
    );
    const [row] = rows;
    return {
      standings: new Map(
        row?.standings.map(({ episode_id, is_over, acknowledged_until }) => [
          episode_id,
          is_over
            ? { status: 'over' }
            : { status: 'open', acknowledgedUntil: acknowledged_until === null ? null : instant(acknowledged_until) },
        ]),
      ),
      toldOf: new Set(row?.told),
      withdrawnOf: new Set(row?.withdrawn),
      isChannelFailing: row?.is_failing === true,
      isChannelGone: row?.is_gone === true,
      successors: row?.successors ?? [],
      now,
    };
  }
}

const dueLetterOf = (row: DueRow): DueLetter => ({
  letter: row.letter,
  intendedBy: { eventId: row.event_id, correlationId: row.correlation_id },
  attempts: row.attempts,
  firstTriedAt: row.first_tried_at,
  queuedAt: row.queued_at,
  ageMs: row.age_ms,
  isAfterLoss: row.is_after_loss,
  isPossibleRepeat: row.is_possible_repeat,
  isTakenOver: row.taken_over,
  isForced: row.is_forced,
});
