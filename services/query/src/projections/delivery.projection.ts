import type {
  DeliveryDeadLettered,
  DeliveryFailed,
  DeliveryIntended,
  DeliverySucceeded,
  DeliveryUnknown,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One row per message on one channel, from the intent to its end. */
@Entity('delivery')
export class DeliveryRow {
  @PrimaryColumn('text') readonly notificationId!: string;
  /** The fact that intended it, by which whoever asked for it finds it. */
  @Column('text') readonly intentId!: string;
  @Column('text') readonly channelId!: string;
  @Column('text') readonly channelKind!: DeliveryIntended['data']['channelKind'];
  @Column('text') readonly kind!: DeliveryIntended['data']['kind'];
  @Column('text') readonly scope!: string;
  @Column('text') readonly episodeId!: string;
  @Column('text') readonly level!: DeliveryIntended['data']['level'];
  @Column('integer') readonly repeatIndex!: number;
  @Column('text') readonly title!: string;
  @Column('text') readonly text!: string;
  @Column('jsonb') readonly facts!: DeliveryIntended['data']['facts'];
  @Column('boolean') readonly simulated!: boolean;
  /** `retrying` after a failed attempt that is not the last; `unknown` where nobody can tell any more. */
  @Column('text') readonly status!: 'intended' | 'retrying' | 'delivered' | 'unknown' | 'dead-lettered';
  @Column('integer') readonly attempts!: number;
  @Column('boolean') readonly possibleRepeat!: boolean;
  @Column('text', { nullable: true }) readonly receipt!: string | null;
  @Column('text', { nullable: true }) readonly errorCode!: DeliveryFailed['data']['errorCode'] | null;
  @Column('text', { nullable: true }) readonly errorMessage!: string | null;
  @InstantColumn({ nullable: true }) readonly retryAt!: Instant | null;
  @InstantColumn() readonly intendedAt!: Instant;
  @InstantColumn({ nullable: true }) readonly endedAt!: Instant | null;
  @WholeNumberColumn() readonly position!: number;
}

type DeliveryEvent = DeliveryIntended | DeliverySucceeded | DeliveryUnknown | DeliveryFailed | DeliveryDeadLettered;

export const delivery: Projection<DeliveryRow, DeliveryEvent> = {
  name: 'delivery',
  version: 2,
  lane: 'notification',
  row: DeliveryRow,
  hears: ['DeliveryIntended', 'DeliverySucceeded', 'DeliveryUnknown', 'DeliveryFailed', 'DeliveryDeadLettered'],
  keyOf: ({ data }) => data.notificationId,

  evolve(row, { type, data, id, position }) {
    if (type === 'DeliveryIntended') return { ...intentOf(data), intentId: id, position };
    if (!row) return null;
    switch (type) {
      case 'DeliverySucceeded': {
        const { attempts, possibleRepeat, receipt, at } = data;
        return { ...row, status: 'delivered', attempts, possibleRepeat, receipt, retryAt: null, endedAt: at, position };
      }
      case 'DeliveryFailed': {
        const { attempt, errorCode, message, retryAt } = data;
        return { ...row, status: 'retrying', attempts: attempt, errorCode, errorMessage: message, retryAt, position };
      }
      case 'DeliveryUnknown':
        return { ...row, status: 'unknown', errorMessage: data.because, retryAt: null, endedAt: data.at, position };
      case 'DeliveryDeadLettered': {
        const { attempts, lastError, at } = data;
        return {
          ...row,
          status: 'dead-lettered',
          attempts,
          errorMessage: lastError,
          retryAt: null,
          endedAt: at,
          position,
        };
      }
    }
  },
};

function intentOf(data: DeliveryIntended['data']) {
  const { notificationId, channelId, channelKind, kind, scope, episodeId, level, repeatIndex, title, text } = data;
  const { facts, simulated, at } = data;
  return {
    notificationId,
    channelId,
    channelKind,
    kind,
    scope,
    episodeId,
    level,
    repeatIndex,
    title,
    text,
    facts,
    simulated,
    status: 'intended',
    attempts: 0,
    possibleRepeat: false,
    receipt: null,
    errorCode: null,
    errorMessage: null,
    retryAt: null,
    intendedAt: at,
    endedAt: null,
  } as const;
}
