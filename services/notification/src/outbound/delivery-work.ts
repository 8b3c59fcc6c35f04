import type { DeliveryIntended, Recorded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { LocalModel, Sql } from '@tocsin/event-log';
import type { DeliveryEvent } from '../domain/delivery.decider.ts';

/** What is left to do for one notification; null when nothing is. */
export type Work = {
  readonly letter: DeliveryIntended['data'];
  /** The fact that decided it, and the first cause of that: the outcome will name both. */
  readonly intendedBy: { readonly eventId: string; readonly correlationId: string };
  /** On the wall clock; null for at once. */
  readonly dueAt: Instant | null;
  /** Whether an attempt may have arrived although it counts as failed. */
  readonly isPossibleRepeat: boolean;
} | null;

type WorkRow = {
  notification_id: string;
  letter: DeliveryIntended['data'];
  event_id: string;
  correlation_id: string;
  due_at: Instant | null;
  is_possible_repeat: boolean;
};

/** What changes the work list; the channels' own facts do not. */
type WorkEvent = DeliveryIntended | DeliveryEvent;

/**
 * The work list of the delivery worker, kept in the step's own transaction: a letter is on it from the moment it was
 * decided until its outcome is a fact. Attempts in flight are the worker's own columns, which this model leaves alone but
 * for ending them.
 */
export const deliveryWork: LocalModel<Work, WorkEvent> = {
  name: 'delivery_work',
  hears: ['DeliveryIntended', 'DeliverySucceeded', 'DeliveryFailed', 'DeliveryUnknown', 'DeliveryDeadLettered'],
  keyOf: ({ data }) => data.notificationId,

  async load(sql, keys) {
    const { rows } = await sql.query<WorkRow>(
      `SELECT notification_id, letter, event_id, correlation_id, due_at, is_possible_repeat
       FROM delivery_work WHERE notification_id = ANY ($1)`,
      [keys],
    );
    return new Map(rows.map((row) => [row.notification_id, workOf(row)]));
  },

  fold(work = null, event: Recorded<WorkEvent>) {
    switch (event.type) {
      case 'DeliveryIntended':
        return {
          letter: event.data,
          intendedBy: { eventId: event.id, correlationId: event.correlationId },
          dueAt: null,
          isPossibleRepeat: false,
        };
      case 'DeliveryFailed': {
        const { retryAt, errorCode } = event.data;
        if (!work || !retryAt) return null;
        // Who did not answer in time may have taken it all the same.
        return { ...work, dueAt: retryAt, isPossibleRepeat: work.isPossibleRepeat || errorCode === 'TIMEOUT' };
      }
      case 'DeliverySucceeded':
      case 'DeliveryUnknown':
      case 'DeliveryDeadLettered':
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
      open.map(({ letter }) => JSON.stringify(letter)),
      open.map(({ intendedBy }) => intendedBy.eventId),
      open.map(({ intendedBy }) => intendedBy.correlationId),
      open.map(({ dueAt }) => dueAt),
      open.map(({ isPossibleRepeat }) => isPossibleRepeat),
    ]);
  },
};

/** A letter that stays on the list keeps its place; whatever attempt was in flight has had its outcome. */
const SAVE = `
  WITH settled AS (DELETE FROM delivery_work WHERE notification_id = ANY ($1))
  INSERT INTO delivery_work
    (notification_id, channel_id, scope, level, letter, event_id, correlation_id, due_at, is_possible_repeat)
  SELECT letter->>'notificationId', letter->>'channelId', letter->>'scope', letter->>'level',
         letter, event_id, correlation_id, due_at, is_possible_repeat
  FROM unnest($2::jsonb[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[])
    WITH ORDINALITY AS open (letter, event_id, correlation_id, due_at, is_possible_repeat, place)
  ORDER BY place
  ON CONFLICT (notification_id) DO UPDATE
  SET due_at = excluded.due_at, is_possible_repeat = excluded.is_possible_repeat, started_at = NULL, lost_at = NULL`;

const workOf = (row: WorkRow): NonNullable<Work> => ({
  letter: row.letter,
  intendedBy: { eventId: row.event_id, correlationId: row.correlation_id },
  dueAt: row.due_at,
  isPossibleRepeat: row.is_possible_repeat,
});
