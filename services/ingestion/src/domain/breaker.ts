import type { AttemptFailed, BreakerOpened } from '@tocsin/contracts';
import { earlierOf, type Instant } from '@tocsin/domain-kit';
import { nominalBarMs } from './bar-grid.ts';
import type { Cadence } from './freshness.ts';

/** What the newest bars of one provider came to. */
export type BarRecord = {
  /** Their weights as failures, oldest first: 0 is a good bar, 1 a bad one. */
  readonly window: readonly number[];
  /** Bars in a row whose attempts were used up without an answer. */
  readonly exhaustedInARow: number;
  /** Since when nothing but bad data came; null when that is not so. */
  readonly badSince: Instant | null;
};

/** Whether a provider is asked for one pair. Source: ingestion, section 6.12. */
export type Breaker =
  | ({ readonly status: 'closed' } & BarRecord)
  | { readonly status: 'open'; readonly openedAt: Instant; readonly probesAt: Instant; readonly timesOpened: number }
  | {
      readonly status: 'half-open';
      readonly openedAt: Instant;
      readonly timesOpened: number;
      readonly successes: number;
      readonly isGreen: boolean;
      /** When the trial began, or when it last brought something. */
      readonly heardAt: Instant;
    };

/** By provider; one that has never said anything is not there, and closed. */
export type Breakers = Readonly<Record<string, Breaker>>;

export const CLEAN: BarRecord = { window: [], exhaustedInARow: 0, badSince: null };

export const WINDOW_BARS = 20;
const WINDOW_BARS_MIN = 10;
const WEIGHT_LIMIT = 0.5;
const EXHAUSTED_MAX = 5;
const BAD_DATA_MS = 10 * 60_000;
const BAD_DATA_BARS = 3;
const OPEN_MS = 30_000;
const OPEN_CAP_MS = 15 * 60_000;
const SILENT_BARS = 2;
export const PROBES_NEEDED = 2;

/** Whose fault a failure was decides how much it weighs; a provider that answers with an error counts in full. */
const WEIGHTS: Readonly<Record<AttemptFailed['data']['failureSource'], number>> = {
  sovereign_timeout: 0,
  agent_crash: 1,
  network_error: 0.5,
  bad_output: 1,
  capacity: 0,
  unknown: 1,
  provider: 1,
};

export const weightOf = (source: AttemptFailed['data']['failureSource']): number => WEIGHTS[source];

export const breakerOf = (breakers: Breakers, provider: string): Breaker =>
  breakers[provider] ?? { status: 'closed', ...CLEAN };

/** Why a closed breaker opens at `at`; null when it does not. */
export function causeToOpen(
  { window, exhaustedInARow, badSince }: BarRecord,
  { calendar, timeframe }: Cadence,
  at: Instant,
): BreakerOpened['data']['cause'] | null {
  if (exhaustedInARow >= EXHAUSTED_MAX) return 'EXHAUSTED';
  const weight = window.reduce((sum, each) => sum + each, 0);
  if (window.length >= WINDOW_BARS_MIN && weight >= WEIGHT_LIMIT * window.length) return 'FAILURE_WEIGHT';
  const patienceMs = Math.max(BAD_DATA_MS, BAD_DATA_BARS * nominalBarMs(calendar, timeframe));
  return badSince !== null && calendar.marketMs(badSince, at) >= patienceMs ? 'BAD_DATA' : null;
}

/** When a provider whose breaker opens for the `timesOpened`th time in a row is tried again: in market time. */
export const probesAt = ({ calendar }: Cadence, at: Instant, timesOpened: number): Instant =>
  calendar.afterMarketMs(at, Math.min(OPEN_CAP_MS, OPEN_MS * 2 ** Math.min(timesOpened - 1, 16)));

/** When a trial that brings nothing is given up. A trial that never ends must not keep a provider for ever. */
export const silentAt = (heardAt: Instant, { calendar, timeframe }: Cadence): Instant =>
  calendar.afterMarketMs(heardAt, SILENT_BARS * nominalBarMs(calendar, timeframe) + 1);

/** When the first of these breakers moves by itself. */
export function breakerDueAt(breakers: Breakers, cadence: Cadence): Instant | null {
  return Object.values(breakers).reduce<Instant | null>((first, breaker) => {
    const at = dueAt(breaker, cadence);
    if (at === null) return first;
    return first === null ? at : earlierOf(first, at);
  }, null);
}

/** When one breaker moves by itself; null for one that is closed. */
export function dueAt(breaker: Breaker, cadence: Cadence): Instant | null {
  switch (breaker.status) {
    case 'closed':
      return null;
    case 'open':
      return breaker.probesAt;
    case 'half-open':
      return silentAt(breaker.heardAt, cadence);
  }
}

/** What became of one bar, as it counts: how much it weighs as a failure, and whether what came was bad data. */
export type Count = {
  readonly weight: number;
  readonly isExhausted: boolean;
  readonly data: 'good' | 'bad' | 'none';
  readonly at: Instant;
};

/** The record with one more bar in it. */
export const counted = (record: BarRecord, { weight, isExhausted, data, at }: Count): BarRecord => ({
  window: [...record.window, weight].slice(-WINDOW_BARS),
  exhaustedInARow: isExhausted ? record.exhaustedInARow + 1 : 0,
  badSince: badSinceAfter(record, data, at),
});

/** The record after data that is bad without being a bar, such as a page of HTML: its attempts count, when they are used up. */
export const withBadData = (record: BarRecord, at: Instant): BarRecord => ({
  ...record,
  badSince: badSinceAfter(record, 'bad', at),
});

function badSinceAfter({ badSince }: BarRecord, data: Count['data'], at: Instant): Instant | null {
  switch (data) {
    case 'good':
      return null;
    case 'bad':
      return badSince ?? at;
    case 'none':
      return badSince;
  }
}
