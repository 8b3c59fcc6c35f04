import type { RunCompleted, RunCompletedData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { keptAsJson, type LocalModel } from '@tocsin/event-log';
import type { ReviewedRun } from '../../domain/analyst/analyst.ts';

/** The newest run of a pair, as an analyst is shown it. */
export interface NewestRun {
  readonly runId: string;
  readonly barOpenAt: Instant;
  readonly barCloseAt: Instant;
  readonly run: ReviewedRun;
}

const kept = keptAsJson<NewestRun>({ table: 'reviewed_run', key: 'pair', value: 'run' });

/** Keeps the newest completed run of every pair. */
export const reviewedRuns: LocalModel<NewestRun, RunCompleted> = {
  name: 'reviewed-run',
  hears: ['RunCompleted'],
  keyOf: ({ data }) => data.pair,
  fold: (_before, { data }) => newestRun(data),
  load: kept.load,
  save: kept.save,
};

/** The newest runs of the pairs that have had one. */
export const readReviewedRuns = kept.load;

function newestRun(data: RunCompletedData): NewestRun {
  const { runId, barOpenAt, barCloseAt, bias, ruleParts, phase, regime, regimeEvidence = null } = data;
  const { close, stopLoss, takeProfit, redFlags } = data;
  const run = { bias, ruleParts, phase, regime, regimeEvidence, close, stopLoss, takeProfit, redFlags };
  return { runId, barOpenAt, barCloseAt, run };
}
