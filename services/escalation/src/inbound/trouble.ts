import {
  SHARED_TENANT,
  type DeliveryDeadLettered,
  type EventParked,
  type LaneHalted,
  type ProjectionHalted,
  type Recorded,
  type TaskFailed,
  type TaskUnroutable,
} from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import type { Level } from '../domain/level.ts';
import { serviceScope } from './scope.ts';

/** The facts by which a service says that something in it stands still, or is not done. */
export type TroubleFact = EventParked | LaneHalted | ProjectionHalted | TaskTrouble | DeliveryDeadLettered;

/** The facts by which it says that work it gives to agents is not done. */
export type TaskTrouble = TaskUnroutable | TaskFailed;

/**
 * Whether a dead letter is nobody's trouble: a test was being watched by whoever made it, and a message that was itself
 * about notification would become another one, and so on for ever.
 */
export const isDeadLetterToIgnore = ({ notificationId, scope }: DeliveryDeadLettered['data']): boolean =>
  notificationId.startsWith('test:') || scope === serviceScope('notification');

/** A parked key stops one entity, a task one question; a halted lane or read model stops everything behind it. */
export function levelOfTrouble({ type }: TroubleFact): Level {
  switch (type) {
    case 'EventParked':
    case 'TaskUnroutable':
    case 'TaskFailed':
    case 'DeliveryDeadLettered':
      return 'WARN';
    case 'LaneHalted':
    case 'ProjectionHalted':
      return 'CRITICAL';
  }
}

const SENTENCE_LENGTH_MAX = 1_000;

/** What stands still and why, for the person who is paged. */
export const sentenceOf = (event: Recorded<TroubleFact>): string => plainText(untrimmed(event), SENTENCE_LENGTH_MAX);

function untrimmed({ type, data, service, tenant }: Recorded<TroubleFact>): string {
  switch (type) {
    case 'EventParked':
      return `In ${service}, ${data.entity} ${data.key} is parked at ${data.lane} ${data.position}: ${data.because}`;
    case 'LaneHalted':
      return `${service} stands still at ${data.lane} ${data.position}: ${data.because} Remedy: ${data.remedy}`;
    case 'ProjectionHalted':
      return `The read model ${data.projection} stands still at ${data.lane} ${data.position}: ${data.because}`;
    case 'DeliveryDeadLettered': {
      const { channelId, attempts, lastError } = data;
      // Everybody may hear of it, and what a tenant calls its channel, or what answers there, is the tenant's own.
      return tenant === SHARED_TENANT
        ? `The channel ${channelId} gave up a message after ${attempts} attempts: ${lastError}`
        : `A channel of a tenant gave up a message after ${attempts} attempts.`;
    }
    case 'TaskUnroutable': {
      const waitedS = Math.floor(data.waitedMs / 1_000);
      const needs = data.needs.join(', ');
      return `A task ${data.taskType} about ${data.pair} has waited ${waitedS} s: nobody who is there can and may do ${needs}.`;
    }
    case 'TaskFailed':
      return `A task ${data.taskType} about ${data.pair} was given up after ${data.attempts} attempts (${data.errorCode}): ${data.failureMessage}`;
  }
}
