import type { Instant } from '@tocsin/domain-kit';
import type { JudgedBar } from './bar-record.ts';
import { isGraver, type Verdict } from './verdict.ts';

/**
 * What one fact tells about one bar. Ingestion says of every bar that it closed, was missed or could not be had;
 * analysis says of every bar that closed how its run ended.
 */
export type BarSighting = { readonly barCloseAt: Instant; readonly eventId: string } & (
  { readonly by: 'ingestion'; readonly saw: 'closed' | Verdict } | { readonly by: 'analysis'; readonly saw: Verdict }
);

/** A bar that has been heard of and is not counted yet. */
export interface QueuedBar {
  readonly barCloseAt: Instant;
  readonly hasClosed: boolean;
  readonly hasRun: boolean;
  /** The gravest verdict heard so far, and the fact that said it; null while nothing is known but that it closed. */
  readonly heard: { readonly verdict: Verdict; readonly eventId: string } | null;
}

/**
 * The bars of a pair in line to be counted. Facts about one bar come over two lanes without a common order, so a bar
 * that is already known to be bad may stand behind an older one whose run is still to be told. Counting it at once
 * would make two failures in a row out of fail, good, fail.
 */
export interface BarQueue {
  /** The newest bar that ingestion has spoken of: what analysis says of a later one waits for what lies between. */
  readonly heardUpTo: Instant | null;
  /** Oldest first. */
  readonly waiting: readonly QueuedBar[];
}

export const EMPTY_QUEUE: BarQueue = { heardUpTo: null, waiting: [] };

/**
 * The queue after one more sighting, and the bars that can now be counted, oldest first.
 *
 * A bar waits for an older one at most C market seconds. Without a calendar that is counted in bars, for ingestion
 * speaks of every market boundary exactly once, whether its bar came or not: when `patienceBars` bars wait behind one
 * and another comes, that one is given up and the next may be counted. Its verdict may still come and is then counted
 * in its place. On the wall clock one bar is patience enough, for lanes lag each other by milliseconds. Accelerated
 * history runs at hundreds of bars a second, so there the same lag spans many bars.
 */
export function enqueue(
  queue: BarQueue,
  sighting: BarSighting,
  patienceBars: number,
): { readonly queue: BarQueue; readonly countable: readonly JudgedBar[] } {
  const waiting = withSighting(queue.waiting, sighting);
  const isLater = sighting.by === 'ingestion' && (queue.heardUpTo === null || sighting.barCloseAt > queue.heardUpTo);
  const heardUpTo = isLater ? sighting.barCloseAt : queue.heardUpTo;
  const isSettled = ({ barCloseAt, hasClosed, hasRun, heard }: QueuedBar): boolean =>
    heard !== null && heardUpTo !== null && barCloseAt <= heardUpTo && (hasRun || !hasClosed);
  const holding = waiting.findIndex((bar, index) => !isSettled(bar) && waiting.length - 1 - index <= patienceBars);
  const leaving = holding === -1 ? waiting : waiting.slice(0, holding);
  return {
    queue: { heardUpTo, waiting: waiting.slice(leaving.length) },
    countable: leaving.flatMap(({ barCloseAt, heard }) =>
      heard === null ? [] : [{ barCloseAt, verdict: heard.verdict, causeEventIds: [heard.eventId] }],
    ),
  };
}

function withSighting(waiting: readonly QueuedBar[], sighting: BarSighting): readonly QueuedBar[] {
  const { barCloseAt } = sighting;
  const known = waiting.find((bar) => bar.barCloseAt === barCloseAt);
  const bar = known ?? { barCloseAt, hasClosed: false, hasRun: false, heard: null };
  const others = waiting.filter((other) => other !== known);
  return [...others, seen(bar, sighting)].sort((a, b) => (a.barCloseAt < b.barCloseAt ? -1 : 1));
}

function seen(bar: QueuedBar, { by, saw, eventId }: BarSighting): QueuedBar {
  if (saw === 'closed') return { ...bar, hasClosed: true };
  const { heard } = bar;
  return {
    ...bar,
    hasRun: bar.hasRun || by === 'analysis',
    heard: heard === null || isGraver(saw, heard.verdict) ? { verdict: saw, eventId } : heard,
  };
}
