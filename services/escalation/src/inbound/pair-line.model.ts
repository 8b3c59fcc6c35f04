import type { LastSeen, Recorded, VerdictCounted } from '@tocsin/contracts';
import { assert, laterOf, timeframeMs, type Instant, type Pair, type Timeframe } from '@tocsin/domain-kit';
import type { LocalModel, Sql } from '@tocsin/event-log';
import {
  EMPTY_QUEUE,
  enqueue,
  patienceEndsAt,
  withoutCounted,
  type BarQueue,
  type CountableBar,
} from '../domain/bar-queue.ts';
import { WATCHED, watchedAfter, type FeedFact, type FeedWatch } from '../domain/feed-watch.ts';
import { sightingOf, type BarFact } from './bar-sighting.ts';
import { pairOfScope } from './scope.ts';

/** What the facts about a pair say of it. */
export interface PairProfile {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Null while only facts were heard that do not name it. */
  readonly provider: string | null;
  readonly simulated: boolean;
  /** How fresh it was when ingestion spoke of it last; null while it has not. */
  readonly lastSeen: LastSeen | null;
}

/** The bars of a pair in line, and what the pair is called in an episode. */
export interface PairLine {
  readonly profile: PairProfile;
  readonly watch: FeedWatch;
  readonly queue: BarQueue;
  /** The bars whose turn has come with the latest fact; they have left the queue. */
  readonly countable: readonly CountableBar[];
}

type PairFact = FeedFact | BarFact;

/** A bar waits for an older one at most the length of a bar. */
export const patienceMsOf = ({ timeframe }: PairProfile): number => timeframeMs(timeframe);

/**
 * Remembers which bars wait for which, in a table of its own: a fact that is only heard changes no entity. When bars are
 * counted before their turn, it hears so from the service's own `VerdictCounted`.
 */
export const pairLines: LocalModel<PairLine, PairFact | VerdictCounted> = {
  name: 'pair-line',
  hears: [
    'FeedAdded',
    'FeedPaused',
    'FeedResumed',
    'FeedRemoved',
    'FeedSwitched',
    'BreakerOpened',
    'BreakerHalfOpened',
    'BreakerClosed',
    'BarClosed',
    'BarMissed',
    'AttemptFailed',
    'RunCompleted',
    'RunSkipped',
    'RunFailed',
    'VerdictCounted',
  ],
  keyOf: ({ type, data }) => (type === 'VerdictCounted' ? pairOfScope(data.scope) : data.pair),
  load: loadLines,
  fold(line, event) {
    if (event.type === 'VerdictCounted') return afterCount(line, event);
    if (isBarFact(event)) return afterBar(line, event);
    const profile = profileOf(event, line?.profile ?? null);
    const watch = watchedAfter(line?.watch ?? WATCHED, event);
    const queue = line?.queue ?? EMPTY_QUEUE;
    // Nobody waits for bars of a feed that is not watched, and they are not made up for later.
    return { profile, watch, queue: watch.isWatched ? queue : { ...queue, waiting: [] }, countable: [] };
  },
  save: saveLines,
};

const BAR_FACTS = [
  'BarClosed',
  'BarMissed',
  'AttemptFailed',
  'RunCompleted',
  'RunSkipped',
  'RunFailed',
] as const satisfies readonly BarFact['type'][];

const isBarFact = (event: Recorded<PairFact>): event is Recorded<BarFact> =>
  BAR_FACTS.some((type) => type === event.type);

function afterBar(line: PairLine | undefined, event: Recorded<BarFact>): PairLine {
  const profile = profileOf(event, line?.profile ?? null);
  const watch = line?.watch ?? WATCHED;
  const queue = line?.queue ?? EMPTY_QUEUE;
  const sighting = watch.isWatched ? sightingOf(event) : null;
  return { profile, watch, ...(sighting === null ? { queue, countable: [] } : enqueue(queue, sighting)) };
}

function afterCount(line: PairLine | undefined, { data }: VerdictCounted): PairLine {
  assert(line !== undefined, `bars of ${data.scope} are counted only after they were heard of`);
  return { ...line, queue: withoutCounted(line.queue, data), countable: [] };
}

/** Not every fact names provider and kind of feed; what is not said stays as it was said before. */
function profileOf(event: Recorded<PairFact>, known: PairProfile | null): PairProfile {
  const { data } = event;
  if (!('symbol' in data)) {
    assert(known !== null, `a feed of ${data.pair} is paused, resumed and removed only after it was added`);
    return known;
  }
  const { symbol, timeframe } = data;
  return {
    symbol,
    timeframe,
    provider: 'provider' in data ? data.provider : (known?.provider ?? null),
    simulated: 'simulated' in data ? data.simulated : (known?.simulated ?? false),
    lastSeen: lastSeenAfter(known?.lastSeen ?? null, event),
  };
}

/** What a person who is paged wants to know first: how old is what we have? */
function lastSeenAfter(known: LastSeen | null, { type, data }: Recorded<PairFact>): LastSeen | null {
  const lastBarCloseAt = known?.lastBarCloseAt ?? null;
  if (type === 'BarMissed') return { colour: data.colour, lastBarCloseAt };
  if (type !== 'BarClosed' || data.backfill) return known;
  const { closeAt, freshness } = data;
  return { colour: freshness.colour, lastBarCloseAt: laterOf(lastBarCloseAt ?? closeAt, closeAt) };
}

/** A line whose first bar has waited long enough at `now`. */
export interface OverdueLine {
  readonly pair: Pair;
  readonly profile: PairProfile;
  readonly watch: FeedWatch;
  readonly queue: BarQueue;
}

/** Reads the lines in which bars have waited long enough, longest wait first. */
export async function readOverdueLines(sql: Sql, now: Instant, limit: number): Promise<readonly OverdueLine[]> {
  const { rows } = await sql.query<OverdueLine>(
    `SELECT pair, profile, watch, queue FROM pair_line
     WHERE patience_ends_at <= $1 ORDER BY patience_ends_at, pair LIMIT $2`,
    [now, limit],
  );
  return rows;
}

async function loadLines(sql: Sql, pairs: readonly string[]): Promise<Map<string, PairLine>> {
  const { rows } = await sql.query<OverdueLine>(
    'SELECT pair, profile, watch, queue FROM pair_line WHERE pair = ANY ($1::text[])',
    [pairs],
  );
  return new Map(rows.map(({ pair, ...line }) => [pair, { ...line, countable: [] }]));
}

async function saveLines(sql: Sql, changed: ReadonlyMap<string, PairLine>): Promise<void> {
  const lines = [...changed.values()];
  await sql.query(
    `INSERT INTO pair_line (pair, profile, watch, queue, patience_ends_at)
     SELECT * FROM unnest($1::text[], $2::jsonb[], $3::jsonb[], $4::jsonb[], $5::timestamptz[])
     ON CONFLICT (pair) DO UPDATE
       SET profile = excluded.profile, watch = excluded.watch, queue = excluded.queue, patience_ends_at = excluded.patience_ends_at`,
    [
      [...changed.keys()],
      lines.map(({ profile }) => JSON.stringify(profile)),
      lines.map(({ watch }) => JSON.stringify(watch)),
      lines.map(({ queue }) => JSON.stringify(queue)),
      lines.map(({ queue, profile }) => patienceEndsAt(queue, patienceMsOf(profile))),
    ],
  );
}
