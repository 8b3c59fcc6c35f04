import type { PolicyChanged } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per version of a policy: an episode keeps the one that it began with, so all of them are kept. */
@Entity('policy')
export class PolicyRow {
  /** Tenant, kind and version. */
  @PrimaryColumn('text') readonly versionId!: string;
  @Column('text') readonly tenant!: string;
  @Column('text') readonly kind!: PolicyChanged['data']['kind'];
  @Column('integer') readonly version!: number;
  @Column('jsonb') readonly document!: PolicyChanged['data']['policy'];
  @Column('text') readonly changedBy!: string;
  @Column('text') readonly reason!: string;
  @InstantColumn() readonly changedAt!: Instant;
  @WholeNumberColumn() readonly position!: number;
}

export const policy: Projection<PolicyRow, PolicyChanged> = {
  name: 'policy',
  version: 1,
  lane: 'escalation',
  row: PolicyRow,
  hears: ['PolicyChanged'],
  keyOf: ({ data }) => versionIdOf(data),

  evolve(_row, { data, position }) {
    const { tenant, kind, version, policy: document, by: changedBy, reason, at: changedAt } = data;
    return { versionId: versionIdOf(data), tenant, kind, version, document, changedBy, reason, changedAt, position };
  },
};

const versionIdOf = ({ policyId, version }: PolicyChanged['data']): string => `${policyId}@${version}`;
