import type { RunCompleted } from '@tocsin/contracts';
import type { LocalModel } from '@tocsin/event-log';
import { isStrong, reasonsOf } from '../../domain/wording/good-news.ts';

/** Why the newest strong run of a pair said what it did. */
export type SignalReason = { readonly runId: string; readonly why: readonly string[] };

/** What spoke for a signal that may be told; the run comes before the signal that it leads to. */
export const signalReasons: LocalModel<SignalReason | undefined, RunCompleted> = {
  name: 'signal_reason',
  hears: ['RunCompleted'],
  keyOf: ({ data }) => data.pair,
  reads: { on: ['SignalEmitted'], keysOf: ({ type, data }) => (type === 'SignalEmitted' ? [data.pair] : []) },

  async load(sql, pairs) {
    const { rows } = await sql.query<{ pair: string; reason: SignalReason }>(
      'SELECT pair, reason FROM signal_reason WHERE pair = ANY ($1::text[])',
      [pairs],
    );
    return new Map(rows.map(({ pair, reason }) => [pair, reason]));
  },

  fold: (before, { data }) => (isStrong(data) ? { runId: data.runId, why: reasonsOf(data) } : before),

  async save(sql, changed) {
    await sql.query(
      `INSERT INTO signal_reason (pair, reason) SELECT * FROM unnest($1::text[], $2::jsonb[])
       ON CONFLICT (pair) DO UPDATE SET reason = excluded.reason`,
      [[...changed.keys()], [...changed.values()].map((reason) => JSON.stringify(reason))],
    );
  },
};
