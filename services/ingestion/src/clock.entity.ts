import type { ClockAdvanced } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import { clockDecider, type AdvanceClock, type Clock } from './domain/clock.decider.ts';

/** The clock of accelerated history; its name is the key. */
export const clock: EntityType<AdvanceClock, ClockAdvanced, Clock> = { type: 'clock', decider: clockDecider };
