import type {
  OutageClosed,
  OutageOpened,
  ProviderMetered,
  ProviderProbed,
  ProviderRestored,
  ProviderTripped,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per provider that anything was said of as such: whether it is called, and what is left of it. */
@Entity('provider')
export class ProviderRow {
  @PrimaryColumn('text') readonly name!: string;
  /** Of all calls to it, whatever pair they are for. */
  @Column('text') readonly breaker!: 'closed' | 'half-open' | 'open';
  @InstantColumn({ nullable: true }) readonly probesAt!: Instant | null;
  /** Since when its pairs are stale together; null while they are not. */
  @InstantColumn({ nullable: true }) readonly outageSince!: Instant | null;
  @InstantColumn({ nullable: true }) readonly keySince!: Instant | null;
  @WholeNumberColumn({ nullable: true }) readonly quotaLeft!: number | null;
  /** Until when its requests are counted; null where nobody counts them. */
  @InstantColumn({ nullable: true }) readonly meteredAt!: Instant | null;
}

type ProviderEvent =
  ProviderTripped | ProviderProbed | ProviderRestored | ProviderMetered | OutageOpened | OutageClosed;

export const provider: Projection<ProviderRow, ProviderEvent> = {
  name: 'provider',
  version: 1,
  lane: 'ingestion',
  row: ProviderRow,
  hears: ['ProviderTripped', 'ProviderProbed', 'ProviderRestored', 'ProviderMetered', 'OutageOpened', 'OutageClosed'],
  keyOf: ({ data }) => data.provider,

  evolve(row, { type, data }) {
    const before = row ?? { ...UNHEARD, name: data.provider };
    switch (type) {
      case 'ProviderTripped':
        return { ...before, breaker: 'open', probesAt: data.probesAt };
      case 'ProviderProbed':
        return { ...before, breaker: 'half-open', probesAt: null };
      case 'ProviderRestored':
        return { ...before, breaker: 'closed', probesAt: null };
      case 'ProviderMetered': {
        const { keySince, quotaLeft, at } = data;
        return { ...before, keySince, quotaLeft, meteredAt: at };
      }
      case 'OutageOpened':
        return { ...before, outageSince: data.at };
      case 'OutageClosed':
        return { ...before, outageSince: null };
    }
  },
};

const UNHEARD = {
  breaker: 'closed',
  probesAt: null,
  outageSince: null,
  keySince: null,
  quotaLeft: null,
  meteredAt: null,
} as const;
