import type { EntityType } from '@tocsin/event-log';
import { silenceDecider, type Silence, type SilenceCommand, type SilenceEvent } from './domain/silence.decider.ts';

/** Whether a service is heard of; the service's name is the key. */
export const silence: EntityType<SilenceCommand, SilenceEvent, Silence> = { type: 'service', decider: silenceDecider };
