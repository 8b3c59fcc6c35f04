import type { AcknowledgementExpired, EpisodeAcknowledged, EpisodeCleared, EpisodeRaised } from '@tocsin/contracts';
import type { Instant, Pair, Timeframe } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

type Level = EpisodeRaised['data']['to'];

/** Lowest first. */
const LADDER = ['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const satisfies readonly Level[];

/** One row per episode: how bad it is, how bad it was, and who knows about it. */
@Entity('episode')
export class EpisodeRow {
  @PrimaryColumn('text') readonly episodeId!: string;
  @Column('text') readonly scope!: string;
  @Column('text') readonly scopeKind!: EpisodeRaised['data']['scopeKind'];
  @Column('text') readonly status!: 'open' | 'acknowledged' | 'cleared';
  /** INFO once it is cleared. */
  @Column('text') readonly level!: Level;
  @Column('text') readonly peak!: Level;
  @Column('text') readonly cause!: string;
  @Column('jsonb') readonly causeEventIds!: readonly string[];
  @Column('text', { nullable: true }) readonly reopenOf!: string | null;
  @InstantColumn() readonly openedAt!: Instant;
  @InstantColumn() readonly changedAt!: Instant;
  @InstantColumn({ nullable: true }) readonly clearedAt!: Instant | null;
  @WholeNumberColumn({ nullable: true }) readonly durationMs!: number | null;
  @Column('text', { nullable: true }) readonly acknowledgedBy!: string | null;
  @Column('text', { nullable: true }) readonly acknowledgedBecause!: string | null;
  @InstantColumn({ nullable: true }) readonly acknowledgedUntil!: Instant | null;
  @Column('text', { nullable: true }) readonly pair!: Pair | null;
  @Column('text', { nullable: true }) readonly symbol!: string | null;
  @Column('text', { nullable: true }) readonly timeframe!: Timeframe | null;
  @Column('text', { nullable: true }) readonly provider!: string | null;
  @Column('text', { nullable: true }) readonly service!: string | null;
  @Column('boolean') readonly simulated!: boolean;
  @WholeNumberColumn() readonly position!: number;
}

type EpisodeEvent = EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired;

export const episode: Projection<EpisodeRow, EpisodeEvent> = {
  name: 'episode',
  version: 1,
  lane: 'escalation',
  row: EpisodeRow,
  hears: ['EpisodeRaised', 'EpisodeCleared', 'EpisodeAcknowledged', 'AcknowledgementExpired'],
  keyOf: ({ data }) => data.episodeId,

  evolve(row, { type, data, position }) {
    if (type === 'EpisodeRaised') {
      const { cause, causeEventIds, at, to } = data;
      const before = row ?? openingOf(data);
      return { ...before, cause, causeEventIds, level: to, peak: higherOf(before.peak, to), changedAt: at, position };
    }
    if (!row) return null;
    switch (type) {
      case 'EpisodeCleared': {
        const { peak, cause, durationMs, at } = data;
        return {
          ...row,
          ...UNACKNOWLEDGED,
          status: 'cleared',
          level: 'INFO',
          peak,
          cause,
          durationMs,
          clearedAt: at,
          changedAt: at,
          position,
        };
      }
      case 'EpisodeAcknowledged': {
        const { by, reason, until, at } = data;
        const acknowledgement = { acknowledgedBy: by, acknowledgedBecause: reason, acknowledgedUntil: until };
        return { ...row, ...acknowledgement, status: 'acknowledged', changedAt: at, position };
      }
      case 'AcknowledgementExpired':
        return { ...row, ...UNACKNOWLEDGED, status: 'open', changedAt: data.at, position };
    }
  },
};

const UNACKNOWLEDGED = { acknowledgedBy: null, acknowledgedBecause: null, acknowledgedUntil: null } as const;

function openingOf(data: EpisodeRaised['data']) {
  const { episodeId, scope, scopeKind, from, reopenOf, openedAt, subject, simulated } = data;
  return {
    episodeId,
    scope,
    scopeKind,
    status: 'open',
    peak: from,
    reopenOf,
    openedAt,
    clearedAt: null,
    durationMs: null,
    acknowledgedBy: null,
    acknowledgedBecause: null,
    acknowledgedUntil: null,
    pair: subject?.pair ?? null,
    symbol: subject?.symbol ?? null,
    timeframe: subject?.timeframe ?? null,
    provider: subject?.provider ?? null,
    service: subject?.service ?? null,
    simulated,
  } as const;
}

const higherOf = (a: Level, b: Level): Level => (LADDER.indexOf(a) < LADDER.indexOf(b) ? b : a);
