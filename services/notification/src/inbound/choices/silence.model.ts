import type { SilenceCreated, SilenceExpired } from '@tocsin/contracts';
import type { LocalModel, Sql } from '@tocsin/event-log';
import { silenceOf, type Silence } from '../../domain/holds/silence.ts';

/** The silences and maintenance windows that are not over. Whether one is active at a moment is computed when asked. */
export const silences: LocalModel<Silence | null, SilenceCreated | SilenceExpired> = {
  name: 'silence',
  hears: ['SilenceCreated', 'SilenceExpired'],
  keyOf: ({ data }) => data.silenceId,

  async load(sql, silenceIds) {
    const { rows } = await sql.query<{ silence: Silence }>(
      'SELECT silence FROM silence WHERE silence_id = ANY ($1::text[])',
      [silenceIds],
    );
    return new Map(rows.map(({ silence }) => [silence.silenceId, silence]));
  },

  fold(_before, { type, data }) {
    switch (type) {
      case 'SilenceCreated':
        return silenceOf(data);
      case 'SilenceExpired':
        return null;
    }
  },

  async save(sql, changed) {
    const over = [...changed].flatMap(([silenceId, silence]) => (silence === null ? [silenceId] : []));
    const standing = [...changed.values()].filter((silence) => silence !== null);
    await sql.query(
      `WITH over AS (DELETE FROM silence WHERE silence_id = ANY ($1::text[]))
       INSERT INTO silence (silence_id, silence) SELECT silence->>'silenceId', silence FROM unnest($2::jsonb[]) AS silence
       ON CONFLICT (silence_id) DO UPDATE SET silence = excluded.silence`,
      [over, standing.map((silence) => JSON.stringify(silence))],
    );
  },
};

export async function readSilences(sql: Sql): Promise<readonly Silence[]> {
  const { rows } = await sql.query<{ silence: Silence }>('SELECT silence FROM silence ORDER BY silence_id');
  return rows.map(({ silence }) => silence);
}
