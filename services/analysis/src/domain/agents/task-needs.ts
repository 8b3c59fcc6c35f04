import type { TaskType } from '@tocsin/contracts';
import type { Capability } from './pool.ts';

/**
 * What an agent must be able, and allowed, to do before it gets a task of a type. There is no type without needs, so
 * nothing ever goes to an agent only because it is idle.
 */
export const NEEDS: Readonly<Record<TaskType, readonly [Capability, ...Capability[]]>> = {
  trading_analysis: ['sovereign_access', 'trading_analysis'],
  trading_signal: ['sovereign_access', 'trading_signal', 'hidden_hand_validation'],
};

/** Every type of task. */
export const TASK_TYPES = ['trading_analysis', 'trading_signal'] as const satisfies readonly (keyof typeof NEEDS)[];
