import {
  SHARED_TENANT,
  type AcknowledgementExpired,
  type EpisodeAcknowledged,
  type EpisodeCleared,
  type EpisodeRaised,
  type EpisodeSubject,
  type Labels,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
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
  /** Who ended it by hand; null where it ended by itself, or stands. */
  @Column('text', { nullable: true }) readonly resolvedBy!: string | null;
  @Column('text') readonly tenant!: string;
  /** What it is about, spelled out. */
  @Column('jsonb') readonly subject!: EpisodeSubject;
  /** What somebody else's alerting said of its alert; empty for what is our own. */
  @Column('jsonb') readonly labels!: Labels;
  /** Of a pair: how fresh it was when the episode last climbed. */
  @Column('jsonb', { nullable: true }) readonly freshness!: EpisodeRaised['data']['freshness'] | null;
  @Column('boolean') readonly simulated!: boolean;
  @WholeNumberColumn() readonly position!: number;
}

type EpisodeEvent = EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired;

export const episode: Projection<EpisodeRow, EpisodeEvent> = {
  name: 'episode',
  version: 2,
  lane: 'escalation',
  row: EpisodeRow,
  hears: ['EpisodeRaised', 'EpisodeCleared', 'EpisodeAcknowledged', 'AcknowledgementExpired'],
  keyOf: ({ data }) => data.episodeId,

  evolve(row, { type, data, position }) {
    if (type === 'EpisodeRaised') {
      const { cause, causeEventIds, at, to, freshness = null } = data;
      const before = row ?? openingOf(data);
      const peak = higherOf(before.peak, to);
      return { ...before, cause, causeEventIds, level: to, peak, freshness, changedAt: at, position };
    }
    if (!row) return null;
    switch (type) {
      case 'EpisodeCleared': {
        const { peak, cause, durationMs, resolvedBy = null, at } = data;
        return {
          ...row,
          ...UNACKNOWLEDGED,
          status: 'cleared',
          level: 'INFO',
          peak,
          cause,
          durationMs,
          resolvedBy,
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
  const { episodeId, scope, scopeKind, from, reopenOf, openedAt, simulated } = data;
  const { tenant = SHARED_TENANT, subject = {}, labels = {} } = data;
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
    resolvedBy: null,
    tenant,
    subject,
    labels,
    simulated,
  } as const;
}

const higherOf = (a: Level, b: Level): Level => (LADDER.indexOf(a) < LADDER.indexOf(b) ? b : a);
