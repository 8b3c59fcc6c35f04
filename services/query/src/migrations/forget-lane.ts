import { streamOf, type ServiceName } from '@tocsin/contracts';

/**
 * Empties tables and forgets the lane that they are folded from, so that the service hears it again from its beginning,
 * which the log keeps. Numbers of applied facts begin a new epoch: what is applied again gets new ones.
 */
export const forgetLane = (lane: ServiceName, ...tables: readonly string[]): readonly string[] => [
  `TRUNCATE ${tables.join(', ')}`,
  `DELETE FROM projection WHERE lane = '${lane}'`,
  `DELETE FROM checkpoint WHERE lane = '${streamOf(lane)}'`,
  `WITH forgotten AS (DELETE FROM log_index WHERE lane = '${streamOf(lane)}' RETURNING 1)
   UPDATE log_head SET epoch = gen_random_uuid() WHERE EXISTS (SELECT FROM forgotten)`,
];
