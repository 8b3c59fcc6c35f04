import type { DeliveryIntendedData, Recorded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { LocalModel, Sql } from '@tocsin/event-log';
import { membersOf } from '../domain/deliveries/digest.ts';
import type { DeliveryEvent } from '../domain/delivery.decider.ts';

/** What is left to do for one notification; null when nothing is. */
export type Work = {
  readonly letter: DeliveryIntendedData;
  /** The fact that decided it, and the first cause of that: the outcome will name both. */
  readonly intendedBy: { readonly eventId: string; readonly correlationId: string };
  /** On the wall clock; null for at once. */
  readonly dueAt: Instant | null;
  /** Whether an attempt may have arrived although it counts as failed. */
  readonly isPossibleRepeat: boolean;
  /** How many attempts have an outcome. */
  readonly attempts: number;
  /** Given up; only a person brings it back. */
  readonly isDead: boolean;
  readonly redrives: number;
  /** Somebody insists that it is sent. */
  readonly isForced: boolean;
} | null;

type WorkRow = {
  notification_id: string;
  letter: DeliveryIntendedData;
  event_id: string;
  correlation_id: string;
  due_at: Instant | null;
  is_possible_repeat: boolean;
  attempts: number;
  is_dead: boolean;
  redrives: number;
  is_forced: boolean;
};

/**
 * The work list of the delivery worker, kept in the step's own transaction: a letter is on it from the moment it was
 * decided until its outcome is a fact; a dead letter stays, for somebody may want it tried again. Attempts in flight are
 * the worker's own columns, which this model leaves alone but for ending them.
 */
export const deliveryWork: LocalModel<Work, DeliveryEvent> = {
  name: 'delivery_work',
  hears: [
    'DeliveryIntended',
    'DeliverySucceeded',
    'DeliveryFailed',
    'DeliveryUnknown',
    'DeliveryDeadLettered',
    'DeliveryGathered',
    'DeliveryWithdrawn',
    'DeliveryRedriven',
  ],
  keyOf: ({ data }) => data.notificationId,

  async load(sql, keys) {
    const { rows } = await sql.query<WorkRow>(
      `SELECT notification_id, letter, event_id, correlation_id, due_at, is_possible_repeat, attempts, is_dead, redrives,
              is_forced
       FROM delivery_work WHERE notification_id = ANY ($1)`,
      [keys],
    );
    return new Map(rows.map((row) => [row.notification_id, workOf(row)]));
  },

  fold(work = null, event: Recorded<DeliveryEvent>) {
    switch (event.type) {
      case 'DeliveryIntended':
        return {
          letter: event.data,
          intendedBy: { eventId: event.id, correlationId: event.correlationId },
          dueAt: null,
          isPossibleRepeat: false,
          attempts: 0,
          isDead: false,
          redrives: 0,
          isForced: false,
        };
      case 'DeliveryFailed': {
        const { retryAt, errorCode, attempt: attempts } = event.data;
        // Who did not answer in time may have taken it all the same.
        const isPossibleRepeat = work?.isPossibleRepeat === true || errorCode === 'TIMEOUT';
        return work && { ...work, dueAt: retryAt, attempts, isPossibleRepeat };
      }
      case 'DeliveryDeadLettered':
        return work && { ...work, dueAt: null, isDead: true };
      case 'DeliveryRedriven':
        return (
          work && { ...work, dueAt: null, isDead: false, redrives: work.redrives + 1, isForced: event.data.forced }
        );
      case 'DeliverySucceeded':
      case 'DeliveryUnknown':
      case 'DeliveryGathered':
      case 'DeliveryWithdrawn':
        return null;
    }
  },

  async save(sql: Sql, changed) {
    const open: NonNullable<Work>[] = [];
    const settled: string[] = [];
    for (const [notificationId, work] of changed) {
      if (work) open.push(work);
      else settled.push(notificationId);
    }
    await sql.query(SAVE, [
      settled,
      JSON.stringify(
        open.map(({ letter, intendedBy, dueAt, ...work }) => ({
          letter,
          scopes: [...new Set(membersOf(letter).map(({ scope }) => scope))],
          event_id: intendedBy.eventId,
          correlation_id: intendedBy.correlationId,
          due_at: dueAt,
          is_possible_repeat: work.isPossibleRepeat,
          attempts: work.attempts,
          is_dead: work.isDead,
          redrives: work.redrives,
          is_forced: work.isForced,
        })),
      ),
    ]);
  },
};

/**
 * A digest takes the place of the first that went into it, so that nothing decided later about any of them overtakes it. A
 * letter that stays on the list keeps its place; whatever attempt was in flight has had its outcome. Who is redriven
 * begins anew, but goes on counting its attempts: each has an outcome of its own.
 */
const SAVE = `
  WITH settled AS (DELETE FROM delivery_work WHERE notification_id = ANY ($1) RETURNING channel_id, place)
  INSERT INTO delivery_work AS work
    (notification_id, place, channel_id, scopes, level, letter, event_id, correlation_id, due_at, is_possible_repeat, attempts, is_dead, redrives, is_forced)
  OVERRIDING SYSTEM VALUE
  SELECT letter->>'notificationId',
         coalesce(
           CASE WHEN letter->>'kind' = 'digest'
                THEN (SELECT min(settled.place) FROM settled WHERE settled.channel_id = letter->>'channelId') END,
           nextval(pg_get_serial_sequence('delivery_work', 'place'))),
         letter->>'channelId', scopes, letter->>'level',
         letter, event_id, correlation_id, due_at, is_possible_repeat, attempts, is_dead, redrives, is_forced
  FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (letter jsonb, scopes text[], event_id text, correlation_id text,
         due_at timestamptz, is_possible_repeat boolean, attempts integer, is_dead boolean, redrives integer, is_forced boolean))
    WITH ORDINALITY AS open (letter, scopes, event_id, correlation_id, due_at, is_possible_repeat, attempts, is_dead, redrives, is_forced, place)
  ORDER BY open.place
  ON CONFLICT (notification_id) DO UPDATE
  SET due_at = excluded.due_at,
      is_possible_repeat = excluded.is_possible_repeat,
      attempts = greatest(work.attempts, excluded.attempts),
      is_dead = excluded.is_dead,
      first_tried_at = CASE WHEN excluded.redrives > work.redrives THEN NULL ELSE work.first_tried_at END,
      queued_at = CASE WHEN excluded.redrives > work.redrives THEN clock_timestamp() ELSE work.queued_at END,
      redrives = excluded.redrives,
      is_forced = excluded.is_forced,
      started_at = NULL,
      lost_at = NULL`;

const workOf = (row: WorkRow): NonNullable<Work> => ({
  letter: row.letter,
  intendedBy: { eventId: row.event_id, correlationId: row.correlation_id },
  dueAt: row.due_at,
  isPossibleRepeat: row.is_possible_repeat,
  attempts: row.attempts,
  isDead: row.is_dead,
  redrives: row.redrives,
  isForced: row.is_forced,
});
