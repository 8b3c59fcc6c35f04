import type { RunCompleted } from '@tocsin/contracts';
import { keptAsJson, type LocalModel } from '@tocsin/event-log';
import { isStrong, reasonsOf } from '../../domain/wording/good-news.ts';

/** Why the newest strong run of a pair said what it did. */
export type SignalReason = { readonly runId: string; readonly why: readonly string[] };

/** What spoke for a signal that may be told; the run comes before the signal that it leads to. */
export const signalReasons: LocalModel<SignalReason | undefined, RunCompleted> = {
  name: 'signal_reason',
  hears: ['RunCompleted'],
  keyOf: ({ data }) => data.pair,
  reads: { on: ['SignalEmitted'], keysOf: ({ type, data }) => (type === 'SignalEmitted' ? [data.pair] : []) },
  fold: (before, { data }) => (isStrong(data) ? { runId: data.runId, why: reasonsOf(data) } : before),
  ...keptAsJson({ table: 'signal_reason', key: 'pair', value: 'reason' }),
};
