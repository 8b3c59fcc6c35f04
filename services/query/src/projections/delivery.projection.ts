import {
  SHARED_TENANT,
  type DeliveryDeadLettered,
  type DeliveryFailed,
  type DeliveryGathered,
  type DeliveryIntended,
  type DeliveryRedriven,
  type DeliverySucceeded,
  type DeliveryUnknown,
  type DeliveryWithdrawn,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Projection } from '@tocsin/event-log';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, WholeNumberColumn } from './columns.ts';

/** One of the things that a message is about. Spelled as it is answered. */
export type ToldMember = {
  readonly scope: string;
  readonly episode_id: string;
  readonly level: DeliveryIntended['data']['level'];
  readonly repeat_index: number;
  readonly about: string;
};

/** One row per message on one channel, from the intent to its end. */
@Entity('delivery')
export class DeliveryRow {
  @PrimaryColumn('text') readonly notificationId!: string;
  /** The fact that intended it, by which whoever asked for it finds it. */
  @Column('text') readonly intentId!: string;
  @Column('text') readonly tenant!: string;
  @Column('text') readonly channelId!: string;
  @Column('text') readonly channelKind!: DeliveryIntended['data']['channelKind'];
  @Column('text') readonly kind!: DeliveryIntended['data']['kind'];
  @Column('text') readonly scope!: string;
  @Column('text') readonly episodeId!: string;
  /** Everything that it is about, itself first; never empty. */
  @Column('jsonb') readonly members!: readonly ToldMember[];
  @Column('text') readonly level!: DeliveryIntended['data']['level'];
  @Column('integer') readonly repeatIndex!: number;
  @Column('text') readonly title!: string;
  @Column('text') readonly text!: string;
  @Column('jsonb') readonly facts!: DeliveryIntended['data']['facts'];
  @Column('jsonb') readonly why!: readonly string[];
  @Column('text', { nullable: true }) readonly link!: string | null;
  /** The channel that failed, and whose place this one takes. */
  @Column('text', { nullable: true }) readonly takesOverFrom!: string | null;
  @Column('boolean') readonly simulated!: boolean;
  /**
   * `retrying` after a failed attempt that is not the last; `unknown` where nobody can tell any more; `gathered` where
   * another message tells it too; `withdrawn` where it would tell nobody anything by now.
   */
  @Column('text') readonly status!:
    'intended' | 'retrying' | 'delivered' | 'unknown' | 'dead-lettered' | 'gathered' | 'withdrawn';
  @Column('integer') readonly attempts!: number;
  @Column('boolean') readonly possibleRepeat!: boolean;
  @Column('text', { nullable: true }) readonly receipt!: string | null;
  @Column('text', { nullable: true }) readonly errorCode!: DeliveryFailed['data']['errorCode'] | null;
  @Column('text', { nullable: true }) readonly errorMessage!: string | null;
  @Column('text', { nullable: true }) readonly gatheredInto!: string | null;
  @Column('text', { nullable: true }) readonly withdrawnBecause!: DeliveryWithdrawn['data']['because'] | null;
  @Column('text', { nullable: true }) readonly redrivenBy!: string | null;
  @InstantColumn({ nullable: true }) readonly retryAt!: Instant | null;
  @InstantColumn() readonly intendedAt!: Instant;
  @InstantColumn({ nullable: true }) readonly endedAt!: Instant | null;
  @WholeNumberColumn() readonly position!: number;
}

type DeliveryEvent =
  | DeliveryIntended
  | DeliverySucceeded
  | DeliveryUnknown
  | DeliveryFailed
  | DeliveryDeadLettered
  | DeliveryGathered
  | DeliveryWithdrawn
  | DeliveryRedriven;

export const delivery: Projection<DeliveryRow, DeliveryEvent> = {
  name: 'delivery',
  version: 3,
  lane: 'notification',
  row: DeliveryRow,
  hears: [
    'DeliveryIntended',
    'DeliverySucceeded',
    'DeliveryUnknown',
    'DeliveryFailed',
    'DeliveryDeadLettered',
    'DeliveryGathered',
    'DeliveryWithdrawn',
    'DeliveryRedriven',
  ],
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
        return { ...row, ...ended('unknown', data.at), errorMessage: data.because, position };
      case 'DeliveryDeadLettered': {
        const { attempts, lastError, at } = data;
        return { ...row, ...ended('dead-lettered', at), attempts, errorMessage: lastError, position };
      }
      case 'DeliveryGathered':
        return { ...row, ...ended('gathered', data.at), gatheredInto: data.into, position };
      case 'DeliveryWithdrawn': {
        const { because, mayHaveArrived, at } = data;
        const possibleRepeat = row.possibleRepeat || mayHaveArrived;
        return { ...row, ...ended('withdrawn', at), withdrawnBecause: because, possibleRepeat, position };
      }
      case 'DeliveryRedriven':
        return { ...row, status: 'retrying', redrivenBy: data.by, retryAt: data.at, endedAt: null, position };
    }
  },
};

const ended = <Status extends DeliveryRow['status']>(status: Status, at: Instant) => ({
  status,
  retryAt: null,
  endedAt: at,
});

function intentOf(data: DeliveryIntended['data']) {
  const { notificationId, channelId, channelKind, kind, scope, episodeId, level, repeatIndex, title, text } = data;
  const { facts, simulated, at, tenant = SHARED_TENANT, why = [], link = null, takesOverFrom = null } = data;
  const members = data.members ?? [{ scope, episodeId, level, repeatIndex, about: title }];
  return {
    ...{ notificationId, tenant, channelId, channelKind, kind, scope, episodeId, level, repeatIndex, title, text },
    ...{ facts, why, link, takesOverFrom, simulated },
    members: members.map((member) => ({
      ...{ scope: member.scope, episode_id: member.episodeId, level: member.level },
      ...{ repeat_index: member.repeatIndex, about: member.about },
    })),
    status: 'intended',
    attempts: 0,
    possibleRepeat: false,
    receipt: null,
    errorCode: null,
    errorMessage: null,
    gatheredInto: null,
    withdrawnBecause: null,
    redrivenBy: null,
    retryAt: null,
    intendedAt: at,
    endedAt: null,
  } as const;
}
