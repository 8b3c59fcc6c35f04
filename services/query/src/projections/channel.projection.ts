import type { ChannelChanged, ChannelRemoved, ChannelSettings } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** A secret that a channel has, by the name of its file: never answered, only since when and until when it is good. */
export type HeldSecret = { readonly ref: string; readonly since: Instant; readonly until: Instant | null };

/** One row per channel that somebody has set up. One that was removed leaves. */
@Entity('channel')
export class ChannelRow {
  @PrimaryColumn('text') readonly channelId!: string;
  @Column('text') readonly tenant!: string;
  @Column('integer') readonly version!: number;
  @Column('text') readonly kind!: ChannelSettings['target']['kind'];
  @Column('text') readonly name!: string;
  @Column('boolean') readonly enabled!: boolean;
  @Column('jsonb') readonly events!: ChannelSettings['events'];
  @Column('text') readonly minLevel!: ChannelSettings['minLevel'];
  @Column('text') readonly success!: ChannelSettings['success'];
  @Column('boolean') readonly signals!: boolean;
  @Column('boolean') readonly standby!: boolean;
  @Column('integer') readonly rateMessages!: number;
  @Column('integer') readonly ratePerMs!: number;
  @Column('jsonb') readonly target!: ChannelSettings['target'];
  /** Newest first. */
  @Column('jsonb') readonly secrets!: readonly HeldSecret[];
  @InstantColumn() readonly addedAt!: Instant;
  @InstantColumn() readonly changedAt!: Instant;
  @Column('text') readonly changedBy!: string;
  @WholeNumberColumn() readonly position!: number;
}

export const channel: Projection<ChannelRow, ChannelChanged | ChannelRemoved> = {
  name: 'channel',
  version: 1,
  lane: 'notification',
  row: ChannelRow,
  hears: ['ChannelChanged', 'ChannelRemoved'],
  keyOf: ({ data }) => data.channelId,

  evolve(row, { type, data, position }) {
    if (type === 'ChannelRemoved') return null;
    const { channelId, tenant, version, channel: settings, by, at } = data;
    const { secretRefs, rate, name, enabled, events, minLevel, success, signals, standby, target } = settings;
    return {
      ...{ channelId, tenant, version, kind: target.kind, name, enabled, events, minLevel, success, signals, standby },
      ...{ rateMessages: rate.messages, ratePerMs: rate.perMs, target },
      secrets: secretRefs.map(({ ref, until }) => ({ ref, since: sinceOf(row, ref) ?? at, until })),
      addedAt: row?.addedAt ?? at,
      changedAt: at,
      changedBy: by,
      position,
    };
  },
};

const sinceOf = (row: ChannelRow | null, ref: string): Instant | undefined =>
  row?.secrets.find((secret) => secret.ref === ref)?.since;
