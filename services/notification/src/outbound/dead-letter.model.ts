import type { RedriveDelivery, Requested } from '@tocsin/contracts';
import type { LocalModel } from '@tocsin/event-log';

/** A letter that was given up and is kept. */
export type DeadLetter = {
  /** Whether everything that it is about is over. */
  readonly isOver: boolean;
};

/** How the dead letters of the work list stand, for whoever asks to redrive one: a view, folded from nothing itself. */
export const deadLetter: LocalModel<DeadLetter, never> = {
  name: 'dead_letter',
  hears: [],
  keyOf: () => '',
  asked: {
    on: ['RedriveDelivery'],
    keysOf: (request) => [(request as Requested<RedriveDelivery>).data.notificationId],
  },

  async load(sql, keys) {
    const { rows } = await sql.query<{ notification_id: string; is_over: boolean }>(
      `SELECT work.notification_id,
              NOT EXISTS (
                SELECT FROM unnest(trail.episodes) AS about (episode_id)
                LEFT JOIN episode_standing standing USING (episode_id)
                WHERE standing.is_over IS NOT TRUE
              ) AS is_over
       FROM delivery_work work JOIN delivery_trail trail USING (notification_id)
       WHERE work.notification_id = ANY ($1) AND work.is_dead`,
      [keys],
    );
    return new Map(rows.map(({ notification_id, is_over: isOver }) => [notification_id, { isOver }]));
  },

  fold: (_, event) => event,
  save: () => Promise.resolve(),
};
