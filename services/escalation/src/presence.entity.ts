import type { EntityType } from '@tocsin/event-log';
import { presenceDecider, type Presence, type PresenceCommand, type PresenceEvent } from './domain/presence.decider.ts';

/** Whether a service is heard of; the service's name is the key. */
export const presence: EntityType<PresenceCommand, PresenceEvent, Presence> = {
  type: 'service',
  decider: presenceDecider,
};
