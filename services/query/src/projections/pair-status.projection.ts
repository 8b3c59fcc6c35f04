import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  BarQuarantined,
  BarReleased,
  BreakerClosed,
  BreakerHalfOpened,
  BreakerOpened,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSwitched,
  FreshnessChanged,
  GapFilled,
  GapFound,
} from '@tocsin/contracts';
import type { Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Fields, Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from './columns.ts';
import { sourcesOf, withBreaker, type FeedSource } from './feed-source.ts';

/** Bars that are missing between others and asked for. Spelled as it is answered. */
type Gap = { readonly from_ts: Instant; readonly to_ts: Instant; readonly bars: number; readonly found_at: Instant };

/** One row per feed that was ever added: what it is, how fresh it is, and how it has fared. */
@Entity('pair_status')
export class PairStatusRow {
  @PrimaryColumn('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  /** The provider that is asked now. */
  @Column('text') readonly provider!: string;
  /** Whether that is another one than the first choice. */
  @Column('boolean') readonly fallbackActive!: boolean;
  /** Of the provider that is asked now. */
  @Column('text') readonly breaker!: FeedSource['breaker'];
  /** In the order in which they are tried. */
  @Column('jsonb') readonly sources!: readonly FeedSource[];
  @Column('boolean') readonly simulated!: boolean;
  @Column('text') readonly calendarId!: string;
  @Column('text') readonly calendarVersion!: string;
  @Column('text') readonly volumeKind!: FeedAdded['data']['volumeKind'];
  @Column('integer') readonly feedLatencyMs!: number;
  @Column('text', { nullable: true }) readonly origin!: NonNullable<FeedAdded['data']['origin']> | null;
  /** When it was added first; lists are sorted by it. */
  @InstantColumn() readonly addedAt!: Instant;
  @InstantColumn({ nullable: true }) readonly pausedAt!: Instant | null;
  /** A feed that was removed is not listed any more; its bars are. */
  @InstantColumn({ nullable: true }) readonly removedAt!: Instant | null;
  /** Open and close of the newest bar, back-filled ones included. */
  @InstantColumn({ nullable: true }) readonly lastBarOpenAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly lastBarCloseAt!: Instant | null;
  @Column('text', { nullable: true }) readonly colour!: FreshnessChanged['data']['colour'] | null;
  @Column('double precision', { nullable: true }) readonly ratio!: number | null;
  @InstantColumn({ nullable: true }) readonly evaluatedAt!: Instant | null;
  @Column('text', { nullable: true }) readonly marketState!: FreshnessChanged['data']['marketState'] | null;
  @Column('boolean') readonly schedulable!: boolean;
  /** Live bars that came in, each counted when it is told first. */
  @Column('integer') readonly ingestedOk!: number;
  /** Bars that did not: every attempt failed, or the bar was put aside and not released. */
  @Column('integer') readonly ingestedFail!: number;
  @Column('integer') readonly missedInARow!: number;
  /** Under way, oldest first. */
  @Column('jsonb') readonly gaps!: readonly Gap[];
}

type FeedEvent = FeedAdded | FeedPaused | FeedResumed | FeedRemoved | FeedSwitched;
type BarEvent = BarClosed | BarMissed | AttemptFailed | BarQuarantined | BarReleased;
type BreakerEvent = BreakerOpened | BreakerHalfOpened | BreakerClosed;
type PairStatusEvent = FeedEvent | BarEvent | BreakerEvent | FreshnessChanged | GapFound | GapFilled;

export const pairStatus: Projection<PairStatusRow, PairStatusEvent> = {
  name: 'pair-status',
  version: 2,
  lane: 'ingestion',
  row: PairStatusRow,
  hears: [
    'FeedAdded',
    'FeedPaused',
    'FeedResumed',
    'FeedRemoved',
    'FeedSwitched',
    'BarClosed',
    'BarMissed',
    'AttemptFailed',
    'BarQuarantined',
    'BarReleased',
    'BreakerOpened',
    'BreakerHalfOpened',
    'BreakerClosed',
    'FreshnessChanged',
    'GapFound',
    'GapFilled',
  ],
  keyOf: ({ data }) => data.pair,

  evolve(row, event) {
    const { type, data } = event;
    if (type === 'FeedAdded') return addedTo(row, data);
    if (!row) return null;
    switch (type) {
      case 'FeedPaused':
        return { ...row, pausedAt: data.at };
      case 'FeedResumed':
        return { ...row, ...BEGUN };
      case 'FeedRemoved':
        return { ...row, removedAt: data.at, gaps: [] };
      case 'FeedSwitched': {
        const { provider, fallbackActive } = data;
        return { ...row, provider, fallbackActive, breaker: breakerOf(row.sources, provider) };
      }
      case 'BarClosed':
        return { ...row, ...barOf(row, data), ...freshnessOf(row, data) };
      case 'FreshnessChanged': {
        const { colour, ratio, evaluatedAt, marketState } = data;
        return { ...row, colour, ratio, evaluatedAt, marketState, schedulable: row.schedulable && colour === 'GREEN' };
      }
      case 'BarMissed':
        return { ...row, missedInARow: data.inARow, schedulable: false };
      case 'AttemptFailed':
        return data.exhausted ? { ...row, ingestedFail: row.ingestedFail + 1 } : row;
      case 'BarQuarantined':
        return { ...row, ingestedFail: row.ingestedFail + 1 };
      case 'BarReleased':
        return { ...row, ingestedFail: Math.max(0, row.ingestedFail - 1) };
      case 'BreakerOpened':
      case 'BreakerHalfOpened':
      case 'BreakerClosed': {
        const sources = withBreaker(row.sources, event);
        return { ...row, sources, breaker: breakerOf(sources, row.provider) };
      }
      case 'GapFound': {
        const { fromAt, toAt, bars, at } = data;
        return { ...row, gaps: [...row.gaps, { from_ts: fromAt, to_ts: toAt, bars, found_at: at }].slice(-GAPS_KEPT) };
      }
      case 'GapFilled':
        return { ...row, gaps: row.gaps.filter(({ from_ts }) => from_ts !== data.fromAt) };
    }
  },
};

/** Ingestion looks after so many gaps of a pair at once; of one that it lets go it says nothing. */
const GAPS_KEPT = 3;

const BEGUN = { pausedAt: null, removedAt: null, missedInARow: 0 } as const;

const UNHEARD = {
  lastBarOpenAt: null,
  lastBarCloseAt: null,
  colour: null,
  ratio: null,
  evaluatedAt: null,
  marketState: null,
  schedulable: false,
  ingestedOk: 0,
  ingestedFail: 0,
  gaps: [],
} as const;

/** A feed that is added again keeps its history, and its provider as long as that is one of its sources. */
function addedTo(row: Fields<PairStatusRow> | null, data: FeedAdded['data']): Fields<PairStatusRow> {
  const { pair, symbol, timeframe, simulated, calendarId, calendarVersion, volumeKind, feedLatencyMs, at } = data;
  const sources = sourcesOf(data, row?.sources ?? []);
  const [first] = sources;
  const kept = sources.find((source) => source.provider === row?.provider);
  const provider = (kept ?? first)?.provider ?? data.provider;
  return {
    ...(row ?? { ...UNHEARD, addedAt: at }),
    ...BEGUN,
    ...{ pair, symbol, timeframe, simulated, calendarId, calendarVersion, volumeKind, feedLatencyMs },
    origin: data.origin ?? null,
    sources,
    provider,
    fallbackActive: provider !== first?.provider,
    breaker: breakerOf(sources, provider),
  };
}

const breakerOf = (sources: readonly FeedSource[], provider: string): FeedSource['breaker'] =>
  sources.find((source) => source.provider === provider)?.breaker ?? 'closed';

/** Only a newer bar moves the clock of the feed; a late one is counted and nothing else. */
function barOf(row: Fields<PairStatusRow>, { openAt, closeAt, backfill }: BarClosed['data']) {
  const isNewest = row.lastBarCloseAt === null || closeAt > row.lastBarCloseAt;
  return {
    ...(isNewest && { lastBarOpenAt: openAt, lastBarCloseAt: closeAt }),
    ...(isNewest && !backfill && { missedInARow: 0 }),
    ingestedOk: row.ingestedOk + (backfill ? 0 : 1),
  };
}

/** The newest judgement stands: a back-filled bar may carry an older one. */
function freshnessOf(row: Fields<PairStatusRow>, { freshness }: BarClosed['data']) {
  if (row.evaluatedAt !== null && freshness.evaluatedAt < row.evaluatedAt) return {};
  const { colour, ratio, evaluatedAt, marketState, schedulable } = freshness;
  return { colour, ratio, evaluatedAt, marketState, schedulable };
}
