import type { SimulationCompleted, SimulationFailed, SimulationRequested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** What another policy would have sent. Spelled as it is answered. */
export type SimulationResult = {
  readonly episodes: number;
  readonly never_told: number;
  readonly simulated: number;
  readonly sent: number;
  readonly counts: readonly {
    readonly channel_id: string;
    readonly kind: string;
    readonly level: string;
    readonly simulated: number;
    readonly sent: number;
  }[];
  readonly letters: readonly {
    readonly at: Instant;
    readonly channel_id: string;
    readonly kind: string;
    readonly level: string;
    readonly title: string;
    readonly episodes: number;
  }[];
  readonly letters_left_out: number;
};

/** One row per question what another policy would have sent. */
@Entity('simulation')
export class SimulationRow {
  @PrimaryColumn('text') readonly simulationId!: string;
  @Column('text') readonly tenant!: string;
  @Column('text') readonly status!: 'running' | 'completed' | 'failed';
  @InstantColumn() readonly fromAt!: Instant;
  @InstantColumn() readonly toAt!: Instant;
  @InstantColumn() readonly requestedAt!: Instant;
  @InstantColumn({ nullable: true }) readonly endedAt!: Instant | null;
  @Column('jsonb', { nullable: true }) readonly result!: SimulationResult | null;
  @Column('text', { nullable: true }) readonly because!: string | null;
  @WholeNumberColumn() readonly position!: number;
}

export const simulation: Projection<SimulationRow, SimulationRequested | SimulationCompleted | SimulationFailed> = {
  name: 'simulation',
  version: 1,
  lane: 'notification',
  row: SimulationRow,
  hears: ['SimulationRequested', 'SimulationCompleted', 'SimulationFailed'],
  keyOf: ({ data }) => data.simulationId,

  evolve(row, { type, data, position }) {
    if (type === 'SimulationRequested') {
      const { simulationId, tenant, from: fromAt, to: toAt, at: requestedAt } = data;
      const open = { status: 'running', endedAt: null, result: null, because: null } as const;
      return { simulationId, tenant, fromAt, toAt, requestedAt, ...open, position };
    }
    if (!row) return null;
    switch (type) {
      case 'SimulationCompleted':
        return { ...row, status: 'completed', result: resultOf(data), endedAt: data.at, position };
      case 'SimulationFailed':
        return { ...row, status: 'failed', because: data.because, endedAt: data.at, position };
    }
  },
};

function resultOf(data: SimulationCompleted['data']): SimulationResult {
  const { episodes, neverTold, simulated, sent, counts, letters, lettersLeftOut } = data;
  return {
    ...{ episodes, never_told: neverTold, simulated, sent, letters_left_out: lettersLeftOut },
    counts: counts.map(({ channelId, ...count }) => ({ channel_id: channelId, ...count })),
    letters: letters.map(({ channelId, ...letter }) => ({ channel_id: channelId, ...letter })),
  };
}
