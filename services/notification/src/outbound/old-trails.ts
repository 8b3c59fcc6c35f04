import type { Sql } from '@tocsin/event-log';

/** So long after its end it is known who was told of an episode, and by which message. */
const KEPT_DAYS = 7;

/** Rows that one statement takes away, so that none of them takes long. */
const ROWS_AT_ONCE = 5_000;

/** An end that is held, or waits for its channel, is told however late: then what it ends must still be known. */
const OLD_STANDINGS = `
  DELETE FROM episode_standing WHERE episode_id = ANY (ARRAY(
    SELECT episode_id FROM episode_standing AS standing
    WHERE is_over AND ended_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})
      AND NOT EXISTS (SELECT FROM notice_line WHERE line->>'episodeId' = standing.episode_id)
      AND NOT EXISTS (
        SELECT FROM delivery_work JOIN delivery_trail AS trail USING (notification_id)
        WHERE trail.episodes @> ARRAY[standing.episode_id]
      )
    LIMIT ${ROWS_AT_ONCE}
  ))`;

/** What is about an episode goes after the episode; a trial or good news, which is about none, by its own age. */
const OLD_TRAILS = `
  DELETE FROM delivery_trail WHERE notification_id = ANY (ARRAY(
    SELECT notification_id FROM delivery_trail AS trail
    WHERE noted_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})
      AND NOT EXISTS (SELECT FROM episode_standing WHERE episode_id = ANY (trail.episodes))
      AND NOT EXISTS (SELECT FROM delivery_work WHERE notification_id = trail.notification_id)
    LIMIT ${ROWS_AT_ONCE}
  ))`;

/** Forgets who was told of what once nothing depends on it any more. The log remembers. */
export async function forgetOldTrails(sql: Sql): Promise<void> {
  for (const statement of [OLD_STANDINGS, OLD_TRAILS]) {
    let rows = ROWS_AT_ONCE;
    while (rows === ROWS_AT_ONCE) rows = (await sql.query(`${statement} RETURNING true`)).rows.length;
  }
}
