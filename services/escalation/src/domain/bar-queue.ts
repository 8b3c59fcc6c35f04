import { plusMs, type Instant } from '@tocsin/domain-kit';
import { isGraver, type Verdict } from './verdict.ts';

/**
 * What one fact tells about one bar. Ingestion says of every bar that it closed, was missed or could not be had;
 * analysis says of every bar that closed how its run ended.
 */
export type BarSighting = { readonly barCloseAt: Instant; readonly eventId: string; readonly at: Instant } & (
  { readonly by: 'ingestion'; readonly saw: 'closed' | Verdict } | { readonly by: 'analysis'; readonly saw: Verdict }
);

/** A bar that has been heard of and is not counted yet. */
interface QueuedBar {
  readonly barCloseAt: Instant;
  /** The gravest verdict heard so far, and the fact that said it; null while nothing is known but that it closed. */
  readonly heard: { readonly verdict: Verdict; readonly eventId: string } | null;
  /**
   * Since when there is a verdict; null while its run is still to be told. What was known once stays known: a bar that
   * failed and is delivered late has failed, whether or not its run is ever told.
   */
  readonly readyAt: Instant | null;
}

/** A bar whose turn has come: its verdict, the fact that it rests on, and when it was known. */
export interface CountableBar {
  readonly barCloseAt: Instant;
  readonly verdict: Verdict;
  readonly eventId: string;
  readonly readyAt: Instant;
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

/** More than this is not a lag any more; the oldest bar is let go, so that the queue's row stays small. */
export const QUEUE_BARS_MAX = 1_000;

/** The queue after one more sighting, and the bars whose turn has come with it, oldest first. */
export function enqueue(
  queue: BarQueue,
  sighting: BarSighting,
): { readonly queue: BarQueue; readonly countable: readonly CountableBar[] } {
  const waiting = withSighting(queue.waiting, sighting);
  const isLater = sighting.by === 'ingestion' && (queue.heardUpTo === null || sighting.barCloseAt > queue.heardUpTo);
  const heardUpTo = isLater ? sighting.barCloseAt : queue.heardUpTo;
  const leaving = turnsIn({ heardUpTo, waiting });
  return {
    queue: { heardUpTo, waiting: waiting.slice(leaving) },
    countable: waiting.slice(0, leaving).flatMap(countable),
  };
}

/** How many bars at the head of the line wait for nobody. */
function turnsIn({ heardUpTo, waiting }: BarQueue): number {
  const isHolding = ({ barCloseAt, readyAt }: QueuedBar, index: number): boolean =>
    (readyAt === null || heardUpTo === null || barCloseAt > heardUpTo) && waiting.length - index <= QUEUE_BARS_MAX;
  const holding = waiting.findIndex(isHolding);
  return holding === -1 ? waiting.length : holding;
}

/**
 * When the first bar in line has waited long enough; null while nobody waits for another.
 *
 * A bar waits for an older one at most C market seconds. As long on the service's clock is never more than that in
 * market time, so the bound needs no calendar. And that clock stands still while a lane has not been heard to its head,
 * so a service that has to catch up is not taken for an analysis that does not answer.
 */
export function patienceEndsAt(queue: BarQueue, patienceMs: number): Instant | null {
  const [head] = queue.waiting;
  // Whoever it waited for was given up, so its turn has come already.
  if (head !== undefined && head.readyAt !== null && turnsIn(queue) > 0) return head.readyAt;
  const first = queue.waiting.reduce<Instant | null>(
    (earliest, { readyAt }) => (readyAt === null || (earliest !== null && earliest <= readyAt) ? earliest : readyAt),
    null,
  );
  return first === null ? null : plusMs(first, patienceMs);
}

/** The bars that are counted at `now` although older ones are still to be told, and those behind them, oldest first. */
export function overdueBars(
  { heardUpTo, waiting }: BarQueue,
  now: Instant,
  patienceMs: number,
): readonly CountableBar[] {
  const last = waiting.findLastIndex(({ readyAt }) => readyAt !== null && plusMs(readyAt, patienceMs) <= now);
  const behind = turnsIn({ heardUpTo, waiting: waiting.slice(last + 1) });
  return waiting.slice(0, last + 1 + behind).flatMap(countable);
}

/**
 * The queue once a bar was counted before its turn: it leaves, and nobody waits any longer for the older ones that it
 * was waiting for. Their verdicts may still come, and are then counted in their place.
 */
export function withoutCounted(
  queue: BarQueue,
  { barCloseAt, verdict }: Pick<CountableBar, 'barCloseAt' | 'verdict'>,
): BarQueue {
  const isCounted = (bar: QueuedBar): boolean => bar.barCloseAt === barCloseAt && bar.heard?.verdict === verdict;
  if (!queue.waiting.some(isCounted)) return queue;
  const isGivenUp = (bar: QueuedBar): boolean => bar.barCloseAt < barCloseAt && bar.readyAt === null;
  return { ...queue, waiting: queue.waiting.filter((bar) => !isCounted(bar) && !isGivenUp(bar)) };
}

const countable = ({ barCloseAt, heard, readyAt }: QueuedBar): readonly CountableBar[] =>
  heard === null || readyAt === null ? [] : [{ barCloseAt, ...heard, readyAt }];

/** The queue stays in order, so a bar's place is looked for from its end: most of what is told is new. */
function withSighting(waiting: readonly QueuedBar[], sighting: BarSighting): readonly QueuedBar[] {
  const { barCloseAt } = sighting;
  const at = waiting.findLastIndex((bar) => bar.barCloseAt < barCloseAt) + 1;
  const [next] = waiting.slice(at, at + 1);
  const known = next?.barCloseAt === barCloseAt ? next : undefined;
  const bar = withNews(known ?? { barCloseAt, heard: null, readyAt: null }, sighting);
  return [...waiting.slice(0, at), bar, ...waiting.slice(known === undefined ? at : at + 1)];
}

function withNews(bar: QueuedBar, { saw, eventId, at }: BarSighting): QueuedBar {
  if (saw === 'closed') return bar;
  const isGraverNews = bar.heard === null || isGraver(saw, bar.heard.verdict);
  return { ...bar, heard: isGraverNews ? { verdict: saw, eventId } : bar.heard, readyAt: bar.readyAt ?? at };
}
