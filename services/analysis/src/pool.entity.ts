import type { EntityType } from '@tocsin/event-log';
import type { PoolCommand } from './domain/agents/pool.commands.ts';
import { poolDecider } from './domain/agents/pool.decider.ts';
import type { Pool, PoolEvent, PoolRefusal } from './domain/agents/pool.ts';

/**
 * The agents and their tasks; the pool's name is the key. It has no deadlines of its own: a lease lives by beats, which
 * are no facts, so it is the watch that finds them missing.
 */
export const pool: EntityType<PoolCommand, PoolEvent, Pool, PoolRefusal> = {
  type: 'pool',
  stateBytesMax: 1_048_576,
  decider: poolDecider,
};
