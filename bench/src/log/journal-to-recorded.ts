import type { NumberedEntry } from '@tocsin/event-log/lane';
import { until, type Ground } from '../ground.ts';
import { secondsOf, WrongResult, type Measurement } from './measurement.ts';
import { MeasuredLane } from './measured-lane.ts';

const ROWS_AT_ONCE = 1_000;

/** Committed rows of the journal: numbered, chained, published, acknowledged, and the mark recorded. */
export async function journalToRecorded(ground: Ground, events: number): Promise<Measurement> {
  const lane = await MeasuredLane.open(ground);
  const entries = lane.entries(events);
  return {
    title: 'journal to recorded: number, chain, publish, acknowledge, record',
    unit: 'events/s',
    ways: [
      {
        name: 'ours',
        kind: 'ours',
        events,
        run: async () => {
          await lane.empty();
          await fillJournal(lane, entries);
          const log = await ground.open({ service: 'ingestion' });
          const seconds = await secondsOf(() => until(() => log.health().relay.published === events));
          await log.close();
          await lane.expectEntries(entries);
          await expectMark(lane, events);
          return seconds;
        },
      },
    ],
    goals: [{ way: 'ours', atLeast: 15_000, than: null }],
    close: () => lane.close(),
  };
}

/** The journal as after a commit that no relay has seen; the lane stands at its beginning. */
async function fillJournal({ database, start }: MeasuredLane, entries: readonly NumberedEntry[]): Promise<void> {
  await database.query('TRUNCATE journal');
  await database.query('UPDATE lane SET position = 0, published = 0, chain = $1, last_event_id = NULL', [start]);
  for (let from = 0; from < entries.length; from += ROWS_AT_ONCE) {
    const rows = entries.slice(from, from + ROWS_AT_ONCE);
    await database.query(
      `INSERT INTO journal (event_id, subject, traceparent, body)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])`,
      [
        rows.map(({ eventId }) => eventId),
        rows.map(({ subject }) => subject),
        rows.map(({ traceparent }) => traceparent),
        rows.map(({ body }) => body),
      ],
    );
  }
}

async function expectMark({ database }: MeasuredLane, position: number): Promise<void> {
  const { rows } = await database.query<{ published: number; unnumbered: number }>(
    'SELECT published, (SELECT count(*) FROM journal WHERE position IS NULL) AS unnumbered FROM lane',
  );
  if (rows[0]?.published !== position || rows[0].unnumbered !== 0)
    throw new WrongResult(`the lane's row says ${JSON.stringify(rows[0])} at position ${position}`);
}
