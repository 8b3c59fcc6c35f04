import type { ProviderMetered } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from './columns.ts';

/** One row per metering of a provider, by which its requests are counted in windows. */
@Entity('provider_usage')
export class ProviderUsageRow {
  @PrimaryColumn('text') readonly eventId!: string;
  @Column('text') readonly provider!: string;
  @Column('integer') readonly requests!: number;
  @Column('integer') readonly errors!: number;
  /** The time that is told of, and its end, by which it is counted. */
  @InstantColumn() readonly fromAt!: Instant;
  @InstantColumn() readonly meteredAt!: Instant;
}

export const providerUsage: Projection<ProviderUsageRow, ProviderMetered> = {
  name: 'provider-usage',
  version: 1,
  lane: 'ingestion',
  row: ProviderUsageRow,
  hears: ['ProviderMetered'],
  keyOf: ({ id }) => id,

  evolve(_row, { id, data }) {
    const { provider, requests, errors, fromAt, at } = data;
    return { eventId: id, provider, requests, errors, fromAt, meteredAt: at };
  },
};
