import type { Level } from './level.ts';

const HOUR_MS = 3_600_000;

/** Longer than a weekend; beyond it an acknowledgement is an episode that nobody looks at any more. */
export const ACKNOWLEDGEMENT_MS_MAX = 72 * HOUR_MS;

/** How long an acknowledgement holds when the person does not say: what is critical is looked at again the same day. */
export const acknowledgementMsFor = (level: Level): number => (level === 'CRITICAL' ? 4 : 24) * HOUR_MS;

/** Tells whether an actor is the house itself: an acknowledgement says that a person has seen it, so none of ours may. */
export const isHouse = (actor: string): boolean => actor === 'system' || actor.startsWith('service:');
