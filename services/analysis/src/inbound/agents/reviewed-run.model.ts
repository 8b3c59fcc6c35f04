import type { RunCompleted, RunCompletedData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { LocalModel, Sql } from '@tocsin/event-log';
import type { ReviewedRun } from '../../domain/analyst/analyst.ts';

/** The newest run of a pair, as an analyst is shown it. */
export interface NewestRun {
  readonly runId: string;
  readonly barOpenAt: Instant;
  readonly barCloseAt: Instant;
  readonly run: ReviewedRun;
}

/** Keeps the newest completed run of every pair. */
export const reviewedRuns: LocalModel<NewestRun, RunCompleted> = {
  name: 'reviewed-run',
  hears: ['RunCompleted'],
  keyOf: ({ data }) => data.pair,
  fold: (_before, { data }) => newestRun(data),
  load: readReviewedRuns,

  async save(sql, changed) {
    await sql.query(
      `INSERT INTO reviewed_run (pair, run) SELECT * FROM unnest($1::text[], $2::jsonb[])
       ON CONFLICT (pair) DO UPDATE SET run = excluded.run`,
      [[...changed.keys()], [...changed.values()].map((run) => JSON.stringify(run))],
    );
  },
};

/** The newest runs of the pairs that have had one. */
export async function readReviewedRuns(sql: Sql, pairs: readonly string[]): Promise<Map<string, NewestRun>> {
  const { rows } = await sql.query<{ pair: string; run: NewestRun }>(
    'SELECT pair, run FROM reviewed_run WHERE pair = ANY ($1::text[])',
    [pairs],
  );
  return new Map(rows.map(({ pair, run }) => [pair, run]));
}

function newestRun(data: RunCompletedData): NewestRun {
  const { runId, barOpenAt, barCloseAt, bias, ruleParts, phase, regime, regimeEvidence = null } = data;
  const { close, stopLoss, takeProfit, redFlags } = data;
  const run = { bias, ruleParts, phase, regime, regimeEvidence, close, stopLoss, takeProfit, redFlags };
  return { runId, barOpenAt, barCloseAt, run };
}
