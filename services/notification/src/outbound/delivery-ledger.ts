import type { DeliveryIntended } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { EventLog } from '@tocsin/event-log';

/** An attempt that has been written down and may now be made. */
export type StartedAttempt = {
  readonly letter: DeliveryIntended['data'];
  /** The fact that decided it, and the first cause of that. */
  readonly intendedBy: { readonly eventId: string; readonly correlationId: string };
  /** From 1. */
  readonly attempt: number;
  /** On the wall clock. */
  readonly firstTriedAt: Instant;
  /** An earlier attempt was begun and its outcome never written down. */
  readonly isAfterLoss: boolean;
  /** This letter may have arrived before. */
  readonly isPossibleRepeat: boolean;
};

type StartedRow = {
  letter: DeliveryIntended['data'];
  event_id: string;
  correlation_id: string;
  attempts: number;
  first_tried_at: Instant;
  is_after_loss: boolean;
  is_possible_repeat: boolean;
};

/** An attempt that is due, or that was begun so long ago that it cannot be on its way any more. All on the database's clock. */
const READY = `(work.started_at IS NULL AND (work.due_at IS NULL OR work.due_at <= clock_timestamp())
             OR work.lost_at <= clock_timestamp())`;

/** A rung's number, so that rungs compare: INFO is 1. */
const rung = (level: string): string => `array_position(ARRAY['INFO', 'WARN', 'ERROR', 'CRITICAL'], ${level})`;

/** A send ends at its deadline; its outcome may take this much longer to be written down. */
export const RECORDING_MS = 5_000;

/**
 * The worker's side of the work list. An attempt is written down and committed before anything is sent, so that whoever
 * comes after a crash knows what may have arrived.
 */
export class DeliveryLedger {
  /** The log is asked for its tables on every use: it opens after everything else was made. */
  constructor(private readonly eventLog: Pick<EventLog, 'sql'>) {}

  /** The channels for which something can be done now. */
  async channelsWithWork(): Promise<readonly Pick<DeliveryIntended['data'], 'channelId' | 'channelKind'>[]> {
    const { rows } = await this.eventLog.sql.query<{
      channelId: string;
      channelKind: DeliveryIntended['data']['channelKind'];
    }>(
      `SELECT DISTINCT channel_id AS "channelId", letter->>'channelKind' AS "channelKind" FROM delivery_work work WHERE ${READY}`,
    );
    return rows;
  }

  /**
   * Starts the next attempt on a channel, or returns null when there is none to make now. CRITICAL goes first, then what
   * was decided first. Of one scope, a letter waits for every earlier one, so that nobody is told of the end before the
   * beginning; it only overtakes what matters less, so that nothing critical waits behind something that will not go
   * through. A restoration is never overtaken: after the next raise it would be a lie.
   */
  async start(channelId: string, timeoutMs: number): Promise<StartedAttempt | null> {
    const { rows } = await this.eventLog.sql.query<StartedRow>(
      `WITH next AS (
         SELECT work.notification_id, work.started_at IS NOT NULL AS is_after_loss
         FROM delivery_work work
         WHERE work.channel_id = $1 AND ${READY}
           AND NOT EXISTS (
             SELECT FROM delivery_work earlier
             WHERE earlier.channel_id = work.channel_id AND earlier.scope = work.scope AND earlier.place < work.place
               AND (${rung('earlier.level')} >= ${rung('work.level')} OR earlier.letter->>'kind' = 'restoration')
           )
         ORDER BY work.level = 'CRITICAL' DESC, work.place
         LIMIT 1
         FOR UPDATE OF work SKIP LOCKED
       )
       UPDATE delivery_work work
       SET attempts = attempts + 1,
           started_at = clock_timestamp(),
           lost_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000),
           first_tried_at = coalesce(first_tried_at, clock_timestamp()),
           is_possible_repeat = is_possible_repeat OR is_after_loss
       FROM next
       WHERE work.notification_id = next.notification_id
       RETURNING work.letter, work.event_id, work.correlation_id, work.attempts, work.first_tried_at, next.is_after_loss, work.is_possible_repeat`,
      [channelId, timeoutMs + RECORDING_MS],
    );
    const [row] = rows;
    if (!row) return null;
    return {
      letter: row.letter,
      intendedBy: { eventId: row.event_id, correlationId: row.correlation_id },
      attempt: row.attempts,
      firstTriedAt: row.first_tried_at,
      isAfterLoss: row.is_after_loss,
      isPossibleRepeat: row.is_possible_repeat,
    };
  }

  /** Takes a letter off the list whose outcome was a fact before. */
  async forget(notificationId: string): Promise<void> {
    await this.eventLog.sql.query(`DELETE FROM delivery_work WHERE notification_id = $1`, [notificationId]);
  }
}
