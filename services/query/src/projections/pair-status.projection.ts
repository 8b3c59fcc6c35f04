import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  BarQuarantined,
  FeedAdded,
  FeedPaused,
  FreshnessChanged,
} from '@tocsin/contracts';
import type { Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from './columns.ts';

/** One row per feed: how fresh it is, and how it has fared. */
@Entity('pair_status')
export class PairStatusRow {
  @PrimaryColumn('text') readonly pair!: Pair;
  @Column('text') readonly symbol!: string;
  @Column('text') readonly timeframe!: Timeframe;
  @Column('text') readonly provider!: string;
  @Column('boolean') readonly simulated!: boolean;
  @InstantColumn({ nullable: true }) readonly pausedAt!: Instant | null;
  /** Open and close of the newest bar, back-filled ones included. */
  @InstantColumn({ nullable: true }) readonly lastBarOpenAt!: Instant | null;
  @InstantColumn({ nullable: true }) readonly lastBarCloseAt!: Instant | null;
  @Column('text', { nullable: true }) readonly colour!: FreshnessChanged['data']['colour'] | null;
  @Column('double precision', { nullable: true }) readonly ratio!: number | null;
  @InstantColumn({ nullable: true }) readonly evaluatedAt!: Instant | null;
  @Column('text', { nullable: true }) readonly marketState!: FreshnessChanged['data']['marketState'] | null;
  @Column('boolean') readonly schedulable!: boolean;
  /** Live bars that came in, first editions only. */
  @Column('integer') readonly ingestedOk!: number;
  /** Bars that did not: every attempt failed, or the bar was put aside. */
  @Column('integer') readonly ingestedFail!: number;
  @Column('integer') readonly missedInARow!: number;
}

type PairStatusEvent =
  FeedAdded | FeedPaused | BarClosed | FreshnessChanged | BarMissed | AttemptFailed | BarQuarantined;

export const pairStatus: Projection<PairStatusRow, PairStatusEvent> = {
  name: 'pair-status',
  version: 1,
  lane: 'ingestion',
  row: PairStatusRow,
  hears: ['FeedAdded', 'FeedPaused', 'BarClosed', 'FreshnessChanged', 'BarMissed', 'AttemptFailed', 'BarQuarantined'],
  keyOf: ({ data }) => data.pair,

  evolve(row, { type, data }) {
    if (type === 'FeedAdded')
      return row ? { ...row, ...feedOf(data), pausedAt: null } : { ...UNHEARD, ...feedOf(data) };
    if (!row) return null;
    switch (type) {
      case 'FeedPaused':
        return { ...row, pausedAt: data.at };
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
    }
  },
};

const UNHEARD = {
  pausedAt: null,
  lastBarOpenAt: null,
  lastBarCloseAt: null,
  colour: null,
  ratio: null,
  evaluatedAt: null,
  marketState: null,
  schedulable: false,
  ingestedOk: 0,
  ingestedFail: 0,
  missedInARow: 0,
} as const;

const feedOf = ({ pair, symbol, timeframe, provider, simulated }: FeedAdded['data']) => ({
  pair,
  symbol,
  timeframe,
  provider,
  simulated,
});

/** Only a newer bar moves the clock of the feed; a revised or late one is counted and nothing else. */
function barOf(row: PairStatusRow, { openAt, closeAt, backfill, revision }: BarClosed['data']) {
  const isNewest = row.lastBarCloseAt === null || closeAt > row.lastBarCloseAt;
  return {
    ...(isNewest && { lastBarOpenAt: openAt, lastBarCloseAt: closeAt }),
    ...(isNewest && !backfill && { missedInARow: 0 }),
    ingestedOk: row.ingestedOk + (backfill || revision > 0 ? 0 : 1),
  };
}

/** The newest judgement stands: a back-filled or revised bar may carry an older one. */
function freshnessOf(row: PairStatusRow, { freshness }: BarClosed['data']) {
  if (row.evaluatedAt !== null && freshness.evaluatedAt < row.evaluatedAt) return {};
  const { colour, ratio, evaluatedAt, marketState, schedulable } = freshness;
  return { colour, ratio, evaluatedAt, marketState, schedulable };
}
